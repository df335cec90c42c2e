import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { ReportStore } from './report.store.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => test?.drop());

it('a report tells of a failure for as long as the sink does, and keeps when a partition was last written', async () => {
  const store = new ReportStore(test.database);
  const at = new Date('2026-03-02T10:15:00.000Z');
  const partition = { topic: 'hub.events.survey', partition: 0, offset: 5, lag: 2 };
  const reported = () =>
    test.database.row(sql`
      select is_healthy as "isHealthy", written_until as "writtenUntil", last_error as "lastError",
        last_error_at as "lastErrorAt" from warehouse_partitions`);
  const failure = { message: 'It failed.', at };
  await store.savePartitions([{ ...partition, writtenUntil: at }], {
    ...{ target: 'duckdb', isHealthy: false, failure },
  });
  expect(await reported()).toEqual({
    ...{ isHealthy: false, writtenUntil: at, lastError: 'It failed.', lastErrorAt: at },
  });
  await store.savePartitions([{ ...partition, writtenUntil: null }], {
    ...{ target: 'duckdb', isHealthy: true, failure: undefined },
  });
  expect(await reported()).toEqual({
    ...{ isHealthy: true, writtenUntil: at, lastError: null, lastErrorAt: null },
  });
});
