/** A secret that a test has planted. */
export interface Canary {
  /** What it is, for whoever reads that it leaked. */
  name: string;
  value: string;
  /** Places where it may be seen, because it is put there on purpose. */
  mayBeIn?: RegExp;
}

/** Bytes that come out of the hub, and what they came out of. */
export interface Place {
  name: string;
  bytes: Buffer;
}

/** A secret that was seen where it must not be. */
export interface Leak {
  canary: string;
  place: string;
  /** As what it was seen: as it is, or in an encoding. */
  as: string;
}

/** How a text can stand in base64: behind so many bytes of a group, with so many first digits that are others' too. */
const ALIGNMENTS = [
  { shift: 0, first: 0 },
  { shift: 1, first: 2 },
  { shift: 2, first: 3 },
] as const;

/** Every place where a canary is seen, in whichever of its forms, unless it may be there; each once. */
export function findCanaries(canaries: readonly Canary[], places: readonly Place[]): Leak[] {
  return canaries.flatMap((canary) => {
    const forms = formsOf(canary.value);
    const leaks = new Map<string, Leak>();
    for (const { name, bytes } of places) {
      if (canary.mayBeIn?.test(name) === true || leaks.has(name)) continue;
      const form = forms.find(({ needle }) => bytes.includes(needle));
      if (form !== undefined) leaks.set(name, { canary: canary.name, place: name, as: form.as });
    }
    return [...leaks.values()];
  });
}

/** What a secret looks like after the encodings that programs put texts into. */
function formsOf(value: string): { as: string; needle: Buffer }[] {
  const bytes = Buffer.from(value);
  const forms: [string, string | Buffer][] = [
    ['text', bytes],
    ['JSON', JSON.stringify(value).slice(1, -1)],
    ['percent encoding', encodeURIComponent(value)],
    ['hex', bytes.toString('hex')],
    ['hex in upper case', bytes.toString('hex').toUpperCase()],
    ['UTF-16', Buffer.from(value, 'utf16le')],
    ...ALIGNMENTS.flatMap(({ shift, first }) => {
      const digits = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
      // What follows the secret may share its last digits; what precedes it, its first.
      const own = digits.slice(first, Math.floor(((bytes.length + shift) * 4) / 3));
      return [
        ['base64', own],
        ['base64url', own.replaceAll('+', '-').replaceAll('/', '_')],
      ] as [string, string][];
    }),
  ];
  return forms.map(([as, needle]) => ({ as, needle: Buffer.from(needle) }));
}
