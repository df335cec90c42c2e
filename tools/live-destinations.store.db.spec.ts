import { randomUUID } from 'node:crypto';
import { sql } from '#database';
import { expect, inject, it } from 'vitest';
import { createTestDatabase } from '../test/harness/database.ts';
import { readLiveDestinations } from './live-destinations.store.ts';

it('the destinations that a schema may break are those with a filter or a transformation, of everybody', async () => {
  const { database, drop } = await createTestDatabase(inject('databaseUrl'));
  try {
    const [tenantId, projectId] = [randomUUID(), randomUUID()];
    await database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
    await database.run(
      sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
    );
    for (const [name, filter, transformation] of [
      ['none', null, null],
      ['filtered', 'true', null],
      ['made', null, '$'],
    ])
      await database.run(sql`
        insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, filter, transformation, secret)
        values (${randomUUID()}, ${tenantId}, ${projectId}, 'webhook', ${name}, 'x', ${['*']}, ${filter}, ${transformation},
          ${Buffer.alloc(1)})`);
    const found = await readLiveDestinations(database);
    expect(found.map(({ name }) => name).toSorted()).toEqual(['filtered', 'made']);
    expect(found[0]).toMatchObject({ projectId, kind: 'webhook', eventTypes: ['*'] });
  } finally {
    await drop();
  }
});
