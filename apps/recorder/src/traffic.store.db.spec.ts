import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import type { Attempt } from '#events';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { sampleAttempt } from '../../../test/harness/pipeline-attempt.ts';
import { sampleDelivery } from '../../../test/harness/pipeline-samples.ts';
import { RecordStore } from './record.store.ts';
import type { EventRow, Rows } from './rows.ts';
import { toRows } from './to-rows.ts';

const AT = Date.parse('2026-03-01T12:34:56.000Z');

let test: TestDatabase;
let store: RecordStore;
let projectId: string;
let destinationId: string;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
  store = new RecordStore(test.database);
});
beforeEach(() => {
  [projectId, destinationId] = [randomUUID(), randomUUID()];
});
afterAll(() => test?.drop());

const NOTHING: Rows = { events: [], deliveries: [], attempts: [] };
const event = (): EventRow => ({
  id: randomUUID(),
  acceptedAt: AT,
  createdAt: AT,
  tenantId: randomUUID(),
  projectId,
  type: 'ces.response_created',
  body: Buffer.from('{}'),
});
const delivery = (id: string) =>
  toRows({
    name: 'hub.pipeline.Delivery',
    value: sampleDelivery({ id, projectId, destinationId, acceptedAt: AT }),
  });
const attempt = (fields: Partial<Attempt> = {}) =>
  toRows({
    name: 'hub.pipeline.Attempt',
    value: sampleAttempt({
      ...{
        deliveryId: randomUUID(),
        projectId,
        destinationId,
        acceptedAt: AT,
        startedAt: AT,
        durationMs: 20,
      },
      ...{
        outcome: 'delivered',
        deliveryStatus: 'success',
        status: 200,
        enabledEpoch: 1,
        consecutiveFailures: 0,
      },
      ...fields,
    }),
  });
const failure: Partial<Attempt> = { outcome: 'rejected', deliveryStatus: 'retrying', status: 500 };

async function write(...all: Rows[]): Promise<void> {
  await store.write({
    events: all.flatMap(({ events }) => events),
    deliveries: all.flatMap(({ deliveries }) => deliveries),
    attempts: all.flatMap(({ attempts }) => attempts),
  });
}

const traffic = (scope: 'project' | 'destination', width = 10) =>
  test.database.rows(sql`
    select starts_at as "startsAt", events, deliveries, delivered, failed, to_10_ms as "to10", to_25_ms as "to25",
      over_30000_ms as "over"
    from traffic where project_id = ${projectId} and width_minutes = ${width}
      and (destination_id = ${destinationId}) = ${scope === 'destination'} order by starts_at`);
const health = () =>
  test.database.row(sql`
    select consecutive_failures as "consecutiveFailures", last_success_at as "lastSuccessAt",
      last_failure_at as "lastFailureAt", last_failure_status as status, last_failure_error as error
    from destination_health where destination_id = ${destinationId}`);

describe('the counts of charts', () => {
  it('hold each row once for the project and once for its destination, however often it is written', async () => {
    const rows = [
      { ...NOTHING, events: [event(), event()] },
      delivery(randomUUID()),
      attempt(),
      attempt({ ...failure, durationMs: 31_000 }),
      attempt({ outcome: 'interrupted', deliveryStatus: 'retrying', status: null }),
    ];
    await write(...rows, ...rows);
    await write(...rows);
    // An attempt whose delivery was not recorded yet brings its row along.
    const expected = { deliveries: 4, delivered: 1, failed: 1, to10: 0, to25: 1, over: 1 };
    expect(await traffic('project')).toEqual([
      { ...expected, events: 2, startsAt: new Date('2026-03-01T12:30:00.000Z') },
    ]);
    expect(await traffic('destination', 60)).toEqual([
      { ...expected, events: 0, startsAt: new Date('2026-03-01T12:00:00.000Z') },
    ]);
  });

  it('stand apart for each step of time', async () => {
    await write(attempt(), attempt({ startedAt: AT + 600_000 }), attempt({ startedAt: AT + 600_001 }));
    expect((await traffic('destination')).map((row) => (row as { delivered: number }).delivered)).toEqual([
      1, 2,
    ]);
  });
});

describe('the health of a destination', () => {
  it('is what its newest attempts say, in whatever order they are written', async () => {
    await write(attempt({ ...failure, consecutiveFailures: 3, startedAt: AT + 3_000 }));
    await write(
      attempt({ startedAt: AT }),
      attempt({
        ...failure,
        status: null,
        errorClass: 'timeout',
        consecutiveFailures: 2,
        startedAt: AT + 2_000,
      }),
    );
    expect(await health()).toEqual({
      consecutiveFailures: 3,
      lastSuccessAt: new Date(AT + 20),
      lastFailureAt: new Date(AT + 3_020),
      status: 500,
      error: null,
    });
  });

  it('forgets the failures of before it was enabled again', async () => {
    await write(attempt({ ...failure, consecutiveFailures: 10, startedAt: AT + 9_000 }));
    await write(attempt({ enabledEpoch: 2, startedAt: AT + 5_000 }));
    expect(await health()).toMatchObject({ consecutiveFailures: 0, lastFailureAt: new Date(AT + 9_020) });
  });

  it('goes with the destination', async () => {
    await write(attempt());
    const tenantId = randomUUID();
    await test.database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
    await test.database.run(
      sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
    );
    await test.database.run(sql`
      insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret)
      values (${destinationId}, ${tenantId}, ${projectId}, 'webhook', 'Shop', 'https://example.com', '{*}', '\\x00')`);
    await test.database.run(sql`delete from destinations where id = ${destinationId}`);
    expect(await health()).toBeUndefined();
  });
});
