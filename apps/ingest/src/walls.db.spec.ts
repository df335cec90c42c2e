import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { generateApiKey, sql } from '#database';
import { createHttpApp, Runtime } from '#service';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { IngestModule } from './ingest.module.ts';

const PATHS = ['/v1/events', '/v1/events/batch'];
let test: TestDatabase;
let app: NestFastifyApplication;
let published = 0;
const routes: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
  const runtime = new Runtime('test');
  const publish = async () => ({ id: String((published += 1)) });
  const limits = { maxEventBytes: 1_000, maxBatchEvents: 2, ackTimeoutMs: 1_000 };
  const module = IngestModule.with({ runtime, database: test.database, publisher: { publish }, limits });
  const prepare = (made: NestFastifyApplication) =>
    void made
      .getHttpAdapter()
      .getInstance()
      .addHook('onRoute', ({ method, url }) => void routes.push(`${String(method)} ${url}`));
  app = await createHttpApp({ module, bodyLimitBytes: 1_024, prepare }, runtime.log);
  await app.init();
});
afterAll(async () => {
  await app?.close();
  await test?.drop();
});

async function addKey({ scopes = '{*}', revokedAt = null as Date | null } = {}): Promise<string> {
  const [tenantId, projectId] = [randomUUID(), randomUUID()];
  const { key, prefix, hash } = generateApiKey();
  const { database } = test;
  await database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
  await database.run(
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
  );
  await database.run(sql`insert into api_keys (id, project_id, name, prefix, hash, scopes, revoked_at)
    values (${randomUUID()}, ${projectId}, 'ci', ${prefix}, ${hash}, ${scopes}, ${revokedAt})`);
  return key;
}

const post = (url: string, headers: Record<string, string>) =>
  app.inject({ method: 'POST', url, headers, payload: { events: [{}] } });

describe('the routes of ingest', () => {
  it('are those that are tried here', () => {
    expect(routes.filter((route) => route.includes('/v1'))).toEqual(PATHS.map((path) => `POST ${path}`));
  });

  it.each(PATHS)('%s answers 401, and always the same, to what is no key', async (path) => {
    const revoked = await addKey({ revokedAt: new Date() });
    const wrong: Record<string, string>[] = [
      {},
      { authorization: '' },
      { authorization: '\u00ff;--' },
      { authorization: 'Bearer' },
      { authorization: `Basic ${Buffer.from('a:b').toString('base64')}` },
      { authorization: `Bearer ${generateApiKey().key}` },
      { authorization: `Bearer ${revoked}` },
      { cookie: `hub.session_token=${randomUUID()}.c2lnbmVk` },
    ];
    const answers = await Promise.all(wrong.map((headers) => post(path, headers)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(wrong.map(() => 401));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  });

  it.each(PATHS)('%s answers 403 to a key that lacks the scope, and takes one that has it', async (path) => {
    const authorization = (key: string) => ({ authorization: `Bearer ${key}` });
    const narrow = await post(path, authorization(await addKey({ scopes: '{webhooks:read}' })));
    expect(narrow.statusCode).toBe(403);
    const good = await post(path, authorization(await addKey({ scopes: '{events:write}' })));
    expect([400, 207]).toContain(good.statusCode);
    expect(published).toBe(0);
  });
});
