import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createDatabase } from '#database';
import type { WrittenEvent } from '#events';
import { createLog } from '#log';
import { createTestDatabase } from '../../../test/harness/database.ts';
import { field, writtenResponse } from '../../../test/harness/written-response.ts';
import { DuckdbWarehouse } from './duckdb-warehouse.store.ts';
import { PostgresWarehouse } from './postgres-warehouse.store.ts';
import { queryFiles } from './query-files.store.ts';
import { toTables } from './to-tables.ts';

const log = createLog('test', { level: 'silent' });
const text = readFileSync(new URL('../../../docs/warehouse.md', import.meta.url), 'utf8');
const QUERIES = [...text.matchAll(/([^\n]+):\n\n```sql\n([^`]+);\n```/g)].map(
  ([, question = '', query = '']) => [question, query] as const,
);

const [ANN, BOB, CID] = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-4000-8000-000000000000`);
const at = (day: string) => Date.parse(`${day}T12:00:00Z`);
/** Two surveys before the release of June 16th, when green was made easier, and after it. */
const ANSWERS: [
  day: string,
  score: number,
  page: string,
  variant: string,
  visitor: string | undefined,
  comment?: string,
][] = [
  ['2025-06-09', 2, '/checkout?step=2', 'blue', ANN, 'Too many steps'],
  ['2025-06-10', 4, '/checkout', 'green', BOB],
  ['2025-06-15', 3, 'https://shop.example.com/', 'blue', CID, 'Hm'],
  ['2025-06-16', 6, '/checkout#pay', 'green', ANN, 'Better'],
  ['2025-06-20', 7, '/checkout', 'green', BOB],
  ['2025-06-30', 1, '/basket', 'blue', randomUUID(), 'Lost it'],
];

const EXPOSURE = {
  kind: 'record',
  fields: [field('experimentKey', 'string'), field('variantKey', 'string'), field('anonymousId', 'uuid')],
} as const;

function answers(): WrittenEvent[] {
  return ANSWERS.map(([day, score, page, variantKey, anonymousId, comment = null]) =>
    writtenResponse({
      ...{ score, anonymousId, comment, submittedAt: at(day) },
      url: page.startsWith('/') ? `https://shop.example.com${page}` : page,
      assignments: [{ experimentKey: 'checkout-button', variantKey }],
    }),
  );
}

function exposures(): WrittenEvent[] {
  const visitors = [ANN, BOB, CID, randomUUID(), randomUUID()];
  return visitors.map((anonymousId, index): WrittenEvent => {
    const { event } = writtenResponse();
    const data = {
      experimentKey: 'checkout-button',
      variantKey: index % 2 === 0 ? 'blue' : 'green',
      anonymousId,
    };
    return {
      type: 'experiment.exposure',
      schemaId: 2,
      shape: EXPOSURE,
      event: { ...event, data },
      body: '{}',
    };
  });
}

const near = (value: number) => expect.closeTo(value, 2) as number;
const day = (text: string) => new Date(`${text}T00:00:00.000Z`);

/** What each question's answer is for the sample. */
const EXPECTED: Record<string, unknown> = {
  'CES by week': [
    { week: day('2025-06-09'), responses: 3, average_score: 3 },
    { week: day('2025-06-16'), responses: 2, average_score: 6.5 },
    { week: day('2025-06-30'), responses: 1, average_score: 1 },
  ],
  'CES by survey': [{ survey_id: 'checkout', responses: 6, average_score: near(3.83) }],
  'The pages that cost the most effort, among those with enough answers': [
    { page: '/checkout', responses: 4, average_ease: near(0.625) },
  ],
  'The variants of one experiment': [
    { variant_key: 'blue', responses: 3, average_score: 2 },
    { variant_key: 'green', responses: 3, average_score: near(5.67) },
  ],
  'Is one variant really easier? The difference of means, in standard errors (beyond 2 it hardly is chance)':
    [{ difference: near(3.67), standard_errors: near(3.48) }],
  'Before and after a release, a week each': [
    { period: 'before', responses: 3, average_score: 3 },
    { period: 'after', responses: 2, average_score: 6.5 },
  ],
  'The trend, as the average of seven days': [
    ['2025-06-09', 2],
    ['2025-06-10', 3],
    ['2025-06-15', 3],
    ['2025-06-16', 3.75],
    ['2025-06-20', 4.4],
    ['2025-06-30', near(3.83)],
  ].map(([on, trend]) => ({ submitted_on: day(String(on)), trend })),
  'How the answers spread': [1, 2, 3, 4, 6, 7].map((score) => ({ score, responses: 1, share: near(1 / 6) })),
  'Easy and hard, the top and bottom third of the scale, by week': [
    { week: day('2025-06-09'), easy: 0, hard: 2 },
    { week: day('2025-06-16'), easy: 2, hard: 0 },
    { week: day('2025-06-30'), easy: 0, hard: 1 },
  ],
  'What those wrote who found it hard': [
    { submitted_on: day('2025-06-30'), page: '/basket', score: 1, comment: 'Lost it' },
    { submitted_on: day('2025-06-15'), page: '/', score: 3, comment: 'Hm' },
    { submitted_on: day('2025-06-09'), page: '/checkout', score: 2, comment: 'Too many steps' },
  ],
  'Visitors who answered more than once, and how far apart their scores are': expect.arrayContaining([
    { anonymous_id: expect.anything(), responses: 2, spread: 4 },
    { anonymous_id: expect.anything(), responses: 2, spread: 3 },
  ]),
  'The share of visitors exposed to a variant who answered (needs `experiment.exposure` among `WAREHOUSE_EVENT_TYPES`)':
    [
      { variant_key: 'blue', visitors: 3, answered: 2, response_rate: near(0.667) },
      { variant_key: 'green', visitors: 2, answered: 1, response_rate: 0.5 },
    ],
  'The longest that an answer was on its way to Kafka': [{ longest_way: expect.anything(), responses: 6 }],
};

/** Days as the start of the day in UTC, whatever a driver makes of them; fractions in numbers. */
function plain(rows: readonly object[]): object[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        if (value instanceof Date && (name === 'week' || name === 'submitted_on'))
          return [name, day(new Date(value.getTime() + 12 * 3_600_000).toISOString().slice(0, 10))];
        const isNumeric = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);
        return [name, isNumeric ? Number(value) : value];
      }),
    ),
  );
}

describe('docs/warehouse.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warehouse-'));
  let ask: Record<string, (query: string) => Promise<object[]>>;
  let end: () => Promise<void>;

  beforeAll(async () => {
    const test = await createTestDatabase(inject('databaseUrl'));
    const settings = { DATABASE_URL: test.url, DATABASE_POOL_SIZE: 2, DATABASE_STATEMENT_TIMEOUT: 15_000 };
    const postgres = new PostgresWarehouse(createDatabase(settings, log), 'warehouse');
    const duckdb = new DuckdbWarehouse(folder, { kind: 'folder', path: folder }, log);
    const events = [...answers(), ...exposures()].map((written) => ({
      written,
      acceptedAtMs: at('2025-07-01'),
    }));
    for (const warehouse of [postgres, duckdb])
      await warehouse.write({ tables: toTables(events, Date.now()), steps: [] });
    await duckdb.close();
    ask = {
      PostgreSQL: (query) => postgres.query(query),
      'Parquet files': (query) => queryFiles({ kind: 'folder', path: folder }, query),
    };
    end = async () => {
      await postgres.close();
      await test.drop();
    };
  });
  afterAll(async () => {
    await end?.();
    rmSync(folder, { recursive: true, force: true });
  });

  it('has a dozen questions, each of which is answered here', () => {
    expect(QUERIES.length).toBeGreaterThanOrEqual(12);
    expect(QUERIES.map(([question]) => question).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
  });

  describe.each(['PostgreSQL', 'Parquet files'])('in %s', (where) => {
    it.each(QUERIES)('%s', async (question, query) => {
      expect(plain((await ask[where]?.(query)) ?? [])).toEqual(EXPECTED[question]);
    });
  });
});
