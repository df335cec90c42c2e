import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/harness/admin-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
});
afterAll(() => api?.close());

describe('while the database is away', () => {
  it('a request with a good key gets 503 and when to try again, and the next one works once it is back', async () => {
    const client = await api.addClient();
    expect((await client.call('GET', '/webhooks')).status).toBe(200);
    const name = new URL(api.test.url).pathname.slice(1);
    const owner = new pg.Client({ connectionString: inject('databaseUrl') });
    await owner.connect();
    await owner.query(`alter database ${name} allow_connections false`);
    await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);

    // The first meets a connection that was cut, the second none to be had.
    for (const away of [await client.call('GET', '/webhooks'), await client.call('GET', '/webhooks')]) {
      expect(away).toMatchObject({
        status: 503,
        headers: { 'retry-after': '5' },
        body: { title: 'Temporarily unavailable' },
      });
      expect(away.text).not.toContain(name);
    }

    await owner.query(`alter database ${name} allow_connections true`);
    await owner.end();
    await expect
      .poll(async () => (await client.call('GET', '/webhooks')).status, { timeout: 5_000 })
      .toBe(200);
  });
});
