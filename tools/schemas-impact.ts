/**
 * Names the destinations whose filter or transformation a changed schema would break:
 * `npm run schemas:impact -- schemas/hub/events/ExperimentConversion.avsc …`. They come from the database, or from a file
 * that `--export` printed: `--destinations <file>`. What was is that of the branch main, or `--since <git ref>`.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { loadConfig } from '#config';
import { createDatabase } from '#database';
import { dataShapeOf, EVENT_CATALOGUE, matchesEventType, type RecordShape, type Shape } from '#events';
import { checkFilter } from '#filters';
import { createLog } from '#log';
import { referencesOf } from '#transformations';
import { readSchemasAt } from './check-schemas.ts';
import { inline, readSchemas, type AvroNode } from './generate-events.ts';
import { readLiveDestinations, type LiveDestination } from './live-destinations.store.ts';

/** The shapes of the changed records, before and after. */
export interface SchemaChange {
  before: ReadonlyMap<string, RecordShape>;
  next: ReadonlyMap<string, RecordShape>;
}

/** One line for each filter or transformation that the change would break. */
export function findImpact(destinations: readonly LiveDestination[], change: SchemaChange): string[] {
  return destinations.flatMap((destination) => {
    const { id, kind, name, projectId } = destination;
    const of = `${kind} ${id} "${name}" of project ${projectId}`;
    return [brokenFilter(destination, change), ...brokenPaths(destination, change)].flatMap((problem) =>
      problem === undefined ? [] : [`${of}: ${problem}`],
    );
  });
}

function brokenFilter({ filter, eventTypes }: LiveDestination, { before, next }: SchemaChange) {
  if (filter === null || checkFilter(filter, eventTypes, before) !== undefined) return undefined;
  const problem = checkFilter(filter, eventTypes, next);
  return problem === undefined ? undefined : `its filter ${problem.rule}`;
}

/** A path may begin inside of another, so a name that is gone counts wherever it stands first. */
function brokenPaths({ transformation, eventTypes }: LiveDestination, { before, next }: SchemaChange) {
  if (transformation === null) return [];
  const lost = [...before].flatMap(([record, shape]) => {
    const isTaken = EVENT_CATALOGUE.some(
      ({ recordName, type }) => recordName === record && matchesEventType(eventTypes, type),
    );
    return isTaken ? lostPaths(shape, next.get(record)) : [];
  });
  const named = referencesOf(transformation);
  return [...new Set(lost)].flatMap((path) => {
    const last = path.split('.').at(-1) ?? '';
    const isNamed = named.some(
      (each) => each === path || each.startsWith(`${path}.`) || each.split('.')[0] === last,
    );
    return isNamed ? [`its transformation names ${path}, which is gone or of another type`] : [];
  });
}

/** Paths of fields that are gone, or of another type. */
function lostPaths(before: RecordShape, next: RecordShape | undefined): string[] {
  const after = new Map(pathsOf(next ?? { kind: 'record', fields: [] }, 'data'));
  return pathsOf(before, 'data').flatMap(([path, kind]) => (after.get(path) === kind ? [] : [path]));
}

function pathsOf(shape: Shape, path: string): [string, string][] {
  if (shape.kind === 'array') return [[path, 'array'], ...pathsOf(shape.items, path).slice(1)];
  if (shape.kind !== 'record') return [[path, shape.kind]];
  return [
    [path, 'record'],
    ...shape.fields.flatMap((field) => pathsOf(field.shape, `${path}.${field.name}`)),
  ];
}

/** What the files change. */
export function readChange(files: readonly string[], ref: string, root: string): SchemaChange {
  const [before, next] = [readSchemasAt(ref, root), readSchemas(pathToFileURL(`${root}/`))];
  const names = files.map((file) => relative(resolve(root, 'schemas'), resolve(root, file)));
  const changed = names.map((name) => name.replace(/\.avsc$/, '').replaceAll(/[\\/]/g, '.'));
  // A record inside of others, such as a variant, changes all that hold it.
  const events = EVENT_CATALOGUE.map(({ recordName }) => recordName as string).filter((record) =>
    changed.some((name) => name === record || JSON.stringify(next.get(record)).includes(`"${name}"`)),
  );
  return { before: shapesOf(before, events), next: shapesOf(next, events) };
}

function shapesOf(all: ReadonlyMap<string, AvroNode>, names: readonly string[]): Map<string, RecordShape> {
  return new Map(
    names.flatMap((name) => {
      const schema = all.get(name);
      return schema === undefined ? [] : [[name, dataShapeOf(inline(schema, all))]];
    }),
  );
}

async function readDestinations(file: string | undefined): Promise<LiveDestination[]> {
  if (file !== undefined) return JSON.parse(readFileSync(file, 'utf8')) as LiveDestination[];
  const { database: settings } = loadConfig(['database']);
  const database = createDatabase(settings, createLog('schemas-impact', { level: 'error' }));
  try {
    return await readLiveDestinations(database);
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      destinations: { type: 'string' },
      since: { type: 'string', default: 'main' },
      export: { type: 'boolean' },
    },
  });
  const destinations = await readDestinations(values.destinations);
  if (values.export === true) console.log(JSON.stringify(destinations, null, 2));
  else {
    const problems = findImpact(destinations, readChange(positionals, values.since, process.cwd()));
    for (const problem of problems) console.error(problem);
    console.log(
      `${problems.length} broken, of ${destinations.length} destinations with a filter or a transformation`,
    );
    process.exitCode = problems.length === 0 ? 0 : 1;
  }
}
