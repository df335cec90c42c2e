import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { sql, type Queryable } from '#database';
import { decryptSecret, encryptSecret, headerOwner, MasterKeys } from '#webhooks';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { rekey } from './rekey.ts';

const [older, newer] = [randomBytes(32), randomBytes(32)];
const before = new MasterKeys(older);
const both = new MasterKeys(newer, [older]);
const after = new MasterKeys(newer);

let test: TestDatabase;
const [tenantId, projectId] = [randomUUID(), randomUUID()];
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
  await test.database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
  await test.database.run(
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
  );
});
afterAll(() => test?.drop());
beforeEach(() => test.database.run(sql`with gone as (delete from destinations) delete from outbox`));

interface Stored {
  id: string;
  secret: Buffer;
  nextSecret: Buffer | null;
  headers: Record<string, string>;
}

async function add(keys: MasterKeys, count = 1): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const secrets = ids.map((id) => encryptSecret(`whsec_${id}`, keys, id));
  const nexts = ids.map((id) => encryptSecret(`next_${id}`, keys, id));
  const headers = ids.map((id) =>
    JSON.stringify({
      'x-key': encryptSecret(`header_${id}`, keys, headerOwner(id, 'x-key')).toString('base64'),
    }),
  );
  await test.database.run(sql`
    insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret, next_secret, headers)
    select id, ${tenantId}::uuid, ${projectId}::uuid, 'webhook', 'Orders', 'https://example.com/', '{*}', secret, next, headers::jsonb
    from unnest(${ids}::uuid[], ${secrets}::bytea[], ${nexts}::bytea[], ${headers}::text[]) as d (id, secret, next, headers)`);
  await test.database.run(sql`delete from outbox`);
  return ids;
}

const stored = () =>
  test.database.rows<Stored>(
    sql`select id, secret, next_secret as "nextSecret", headers from destinations order by id`,
  );

/** What each row decrypts to with these keys. */
const readBy = async (keys: MasterKeys) =>
  (await stored()).map(({ id, secret, nextSecret, headers }) => [
    decryptSecret(secret, keys, id),
    nextSecret && decryptSecret(nextSecret, keys, id),
    decryptSecret(Buffer.from(headers['x-key'] ?? '', 'base64'), keys, headerOwner(id, 'x-key')),
  ]);

describe('rekey', () => {
  it('brings every secret under the current key, batch by batch, and announces each', async () => {
    const ids = (await add(before, 1_203)).toSorted();
    await add(after);
    expect(await rekey(test.database, both)).toEqual({ rewrapped: 1_203, current: 1, unreadable: 0 });
    const read = await readBy(after);
    expect(read).toHaveLength(1_204);
    expect(read).toContainEqual([`whsec_${ids[0]}`, `next_${ids[0]}`, `header_${ids[0]}`]);
    const announced = await test.database.rows<{ key: string }>(sql`select key from outbox`);
    expect(announced.map(({ key }) => key).toSorted()).toEqual(ids);
    expect(await rekey(test.database, both)).toEqual({ rewrapped: 0, current: 1_204, unreadable: 0 });
  });

  it('leaves what it has no key for, and tells how much', async () => {
    await add(new MasterKeys(randomBytes(32)), 2);
    await add(before);
    const foreign = await stored();
    expect(await rekey(test.database, both)).toEqual({ rewrapped: 1, current: 0, unreadable: 2 });
    const unchanged = (await stored()).filter((row) =>
      foreign.some(({ secret }) => secret.equals(row.secret)),
    );
    expect(unchanged).toHaveLength(2);
  });

  it('never overwrites a secret that is rotated meanwhile', async () => {
    const [id = ''] = await add(before, 1);
    const rotated = encryptSecret('whsec_rotated', before, id);
    // Between its reading and its writing, as another process would.
    let isFirst = true;
    const racing: Queryable = {
      rows: test.database.rows,
      row: test.database.row,
      run: async (statement) => {
        if (isFirst)
          await test.database.run(sql`update destinations set secret = ${rotated} where id = ${id}`);
        isFirst = false;
        return test.database.run(statement);
      },
    };
    expect(await rekey(racing, both)).toEqual({ rewrapped: 1, current: 0, unreadable: 0 });
    expect(await readBy(after)).toEqual([['whsec_rotated', `next_${id}`, `header_${id}`]]);
  });
});
