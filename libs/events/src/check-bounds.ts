import avro from 'avsc';

interface Cursor {
  buffer: Buffer;
  pos: number;
}
type Skip = (cursor: Cursor) => void;

/** Checks that the bytes from `pos` on can be one value of the type; throws a plain Error when not. */
export type BoundsCheck = (buffer: Buffer, pos: number) => void;

/**
 * avsc believes every count it reads: a corrupted one makes it collect items from beyond the end of the buffer until
 * the process is out of memory. Types without arrays and maps cannot do that and need no check: `undefined`.
 */
export function checkBounds(type: avro.Type): BoundsCheck | undefined {
  if (!hasCounts(type, new Set())) return undefined;
  const skip = skipperOf(type, new Map());
  return (buffer, pos) => {
    const cursor = { buffer, pos };
    skip(cursor);
    if (cursor.pos > buffer.length) throw new Error('truncated');
  };
}

function partsOf(type: avro.Type): avro.Type[] {
  if (type instanceof avro.types.LogicalType) return [type.underlyingType];
  if (type instanceof avro.types.RecordType) return type.fields.map((field) => field.type);
  if (type instanceof avro.types.ArrayType) return [type.itemsType];
  if (type instanceof avro.types.MapType) return [type.valuesType];
  if (isUnion(type)) return [...type.types];
  return [];
}

function isUnion(type: avro.Type): type is avro.types.UnwrappedUnionType {
  return type.typeName.startsWith('union:');
}

function hasCounts(type: avro.Type, seen: Set<avro.Type>): boolean {
  if (seen.has(type)) return false;
  seen.add(type);
  if (type.typeName === 'array' || type.typeName === 'map') return true;
  return partsOf(type).some((part) => hasCounts(part, seen));
}

const SKIP_PRIMITIVE: Record<string, Skip> = {
  null: () => {},
  boolean: (cursor) => advance(cursor, 1),
  int: (cursor) => void readLong(cursor),
  long: (cursor) => void readLong(cursor),
  enum: (cursor) => void readLong(cursor),
  float: (cursor) => advance(cursor, 4),
  double: (cursor) => advance(cursor, 8),
  bytes: skipBytes,
  string: skipBytes,
};

function skipperOf(type: avro.Type, known: Map<avro.Type, Skip>): Skip {
  const found = known.get(type) ?? SKIP_PRIMITIVE[type.typeName];
  if (found !== undefined) return found;
  // Types may contain themselves: the entry is there before its parts are looked at.
  let skip: Skip = () => {};
  known.set(type, (cursor) => skip(cursor));
  const parts = partsOf(type).map((part) => skipperOf(part, known));
  skip = combine(type, parts);
  return known.get(type) ?? skip;
}

function combine(type: avro.Type, parts: Skip[]): Skip {
  if (type instanceof avro.types.FixedType) return (cursor) => advance(cursor, type.size);
  if (isUnion(type)) return (cursor) => branch(parts, readLong(cursor))(cursor);
  const [part = () => {}] = parts;
  if (type.typeName === 'array') return (cursor) => skipBlocks(cursor, part);
  if (type.typeName === 'map') {
    return (cursor) =>
      skipBlocks(cursor, (entry) => {
        skipBytes(entry);
        part(entry);
      });
  }
  return (cursor) => {
    for (const skip of parts) skip(cursor);
  };
}

function branch(parts: Skip[], index: number): Skip {
  const part = parts[index];
  if (part === undefined) throw new Error('no such branch of a union');
  return part;
}

function skipBlocks(cursor: Cursor, skipItem: Skip): void {
  for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
    if (count < 0) readLong(cursor);
    const items = Math.abs(count);
    // Items of no bytes at all would pass any bound; nobody needs more of them than there are bytes.
    if (items > cursor.buffer.length - cursor.pos) throw new Error('more items than bytes');
    for (let i = 0; i < items; i++) skipItem(cursor);
  }
}

function skipBytes(cursor: Cursor): void {
  const length = readLong(cursor);
  if (length < 0) throw new Error('negative length');
  advance(cursor, length);
}

function advance(cursor: Cursor, bytes: number): void {
  cursor.pos += bytes;
  if (cursor.pos > cursor.buffer.length) throw new Error('truncated');
}

/** Zigzag varint; precise enough for lengths, counts and indexes that fit into a buffer. */
function readLong(cursor: Cursor): number {
  let value = 0;
  let scale = 1;
  let byte: number;
  do {
    if (cursor.pos >= cursor.buffer.length) throw new Error('truncated');
    byte = cursor.buffer[cursor.pos++] ?? 0;
    value += (byte & 0x7f) * scale;
    scale *= 128;
  } while (byte & 0x80 && scale < 2 ** 77);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
