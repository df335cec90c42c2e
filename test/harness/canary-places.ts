import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { sql, type Database } from '#database';
import type { Place } from './canaries.ts';
import { connectStranger } from './kafka.ts';

/** Every record of every topic of a hub: key, value and headers as they are stored. */
export async function recordsOf(brokers: readonly string[], prefix: string): Promise<Place[]> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  await admin.disconnect();
  const stranger = await connectStranger(brokers);
  try {
    const records = await Promise.all(
      topics.map(async (topic) =>
        (await stranger.read(topic)).map(({ key, value, headers }) => ({
          name: `topic ${topic.slice(prefix.length)}`,
          bytes: Buffer.concat([key, value, ...Object.entries(headers ?? {}).flat(2)].map(toBytes)),
        })),
      ),
    );
    return records.flat();
  } finally {
    await stranger.end();
  }
}

function toBytes(part: Buffer | string | null | undefined): Buffer {
  return Buffer.concat([Buffer.from(part ?? ''), Buffer.from('\n')]);
}

/** Every column of every table, with all that is in it. */
export async function columnsOf(database: Database): Promise<Place[]> {
  const tables = await database.rows<{ name: string }>(sql`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by 1`);
  const places: Place[] = [];
  for (const { name } of tables) {
    const rows = await database.rows<Record<string, unknown>>({ text: `select * from ${name}`, values: [] });
    for (const row of rows)
      for (const [column, value] of Object.entries(row))
        places.push({ name: `column ${name}.${column}`, bytes: bytesOf(value) });
  }
  return places;
}

function bytesOf(value: unknown): Buffer {
  if (Buffer.isBuffer(value)) return value;
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Every file below a folder. */
export function filesOf(folder: string): Place[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { name: `file ${path.slice(folder.length)}`, bytes: readFileSync(path) };
    });
}

interface Document {
  paths: Record<string, Record<string, unknown>>;
}

/** What the API and the dashboard show to whoever calls: each GET of the document, and each page and file. */
export async function answersOf(
  ask: (path: string) => Promise<{ status: number; text: string }>,
  known: Readonly<Record<string, string>>,
): Promise<Place[]> {
  const places: Place[] = [];
  const show = async (path: string) => {
    const { status, text } = await ask(path);
    places.push({ name: `answer ${status} GET ${path}`, bytes: Buffer.from(text) });
    return text;
  };
  for (const path of ['/healthz', '/readyz', '/metrics', '/docs', '/docs/openapi.yaml', '/favicon.svg'])
    await show(path);
  for (const page of ['/', '/sign-in', `/projects/${known['projectId']}/webhooks`]) {
    const html = await show(page);
    for (const [, file = ''] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) await show(file);
  }
  const document = JSON.parse(await show('/docs/openapi.json')) as Document;
  const paths = Object.keys(document.paths).filter((path) => document.paths[path]?.['get'] !== undefined);
  for (const path of paths.filter((each) => !each.endsWith('/live') && !each.includes('single-sign-on'))) {
    const filled = path.replaceAll(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
    if (!filled.includes('{')) await show(filled);
  }
  return places;
}
