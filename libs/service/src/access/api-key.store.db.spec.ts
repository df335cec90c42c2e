import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { generateApiKey, sql } from '#database';
import { createTestDatabase, type TestDatabase } from '../../../../test/harness/database.ts';
import { ApiKeyStore } from './api-key.store.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => test?.drop());

describe('the API key store', () => {
  it('finds a key by its digest until it is revoked, and notes its latest use', async () => {
    const [tenantId, projectId, keyId] = [randomUUID(), randomUUID(), randomUUID()];
    const { prefix, hash } = generateApiKey();
    await test.database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
    await test.database.run(
      sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
    );
    await test.database.run(sql`insert into api_keys (id, project_id, name, prefix, hash)
      values (${keyId}, ${projectId}, 'ci', ${prefix}, ${hash})`);
    const store = new ApiKeyStore(test.database);
    expect(await store.find(hash)).toEqual({ keyId, name: 'ci', tenantId, projectId, scopes: ['*'] });

    await store.touch(new Map([[keyId, new Date(5_000)]]));
    await store.touch(new Map([[keyId, new Date(3_000)]]));
    expect(await test.database.row(sql`select last_used_at as at from api_keys where id = ${keyId}`)).toEqual(
      {
        at: new Date(5_000),
      },
    );

    await test.database.run(sql`update api_keys set revoked_at = now() where id = ${keyId}`);
    expect(await store.find(hash)).toBeUndefined();
  });
});
