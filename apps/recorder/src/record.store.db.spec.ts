import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import type { Attempt, Decoded } from '#events';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/database.ts';
import { sampleAttempt, sampleParked } from '../../../test/harness/pipeline-attempt.ts';
import { sampleDelivery } from '../../../test/harness/pipeline-samples.ts';
import { RecordStore } from './record.store.ts';
import type { EventRow, Rows } from './rows.ts';
import { toRows } from './to-rows.ts';

const AT = Date.now();

let test: TestDatabase;
let store: RecordStore;
let deliveryId: string;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
  store = new RecordStore(test.database);
});
beforeEach(() => {
  deliveryId = randomUUID();
});
afterAll(() => test?.drop());

function attempt(number: number, fields: Partial<Attempt> = {}): Decoded {
  const value = sampleAttempt({ deliveryId, number, startedAt: AT + number, acceptedAt: AT, ...fields });
  return { name: 'hub.pipeline.Attempt', value };
}

const success: Partial<Attempt> = {
  outcome: 'delivered',
  deliveryStatus: 'success',
  status: 200,
  nextAttemptAt: null,
};
const pending = (): Decoded => ({
  name: 'hub.pipeline.Delivery',
  value: sampleDelivery({ id: deliveryId, acceptedAt: AT }),
});
const held = (attempts: number): Decoded => ({
  name: 'hub.pipeline.DeliveryParked',
  value: sampleParked({ deliveryId, attempts, acceptedAt: AT }),
});

async function write(...records: Decoded[]): Promise<void> {
  const all = records.map((record) => toRows(record));
  await store.write({
    events: [],
    deliveries: all.flatMap(({ deliveries }) => deliveries),
    attempts: all.flatMap(({ attempts }) => attempts),
  });
}

const delivery = () =>
  test.database.row<Record<string, unknown>>(
    sql`select status, attempts, next_attempt_at as "nextAttemptAt", last_status as "lastStatus",
      last_error as "lastError", reason from deliveries where id = ${deliveryId}`,
  );
const attempts = () =>
  test.database.rows<Record<string, unknown>>(
    sql`select number, outcome, status, error_class as "errorClass", response_body as "responseBody",
      request_headers as "requestHeaders", response_headers as "responseHeaders", started_at as "startedAt"
      from attempts where delivery_id = ${deliveryId} order by number`,
  );

describe('the state of a delivery', () => {
  it('moves on with each record', async () => {
    await write(pending());
    expect(await delivery()).toMatchObject({ status: 'pending', attempts: 0, nextAttemptAt: null });
    await write(attempt(1, { nextAttemptAt: AT + 60_000 }));
    expect(await delivery()).toEqual({
      status: 'retrying',
      attempts: 1,
      nextAttemptAt: new Date(AT + 60_000),
      lastStatus: 500,
      lastError: null,
      reason: null,
    });
    await write(attempt(2, success));
    expect(await delivery()).toMatchObject({ status: 'success', attempts: 2, nextAttemptAt: null });
  });

  it('is the latest, in whatever order and how often records come, in one batch or several', async () => {
    await write(attempt(2, success), pending(), attempt(1));
    const expected = { status: 'success', attempts: 2, lastStatus: 200 };
    expect(await delivery()).toMatchObject(expected);
    for (const late of [pending(), attempt(1), held(1), attempt(2, success)]) await write(late);
    await write(pending(), attempt(1), held(1));
    expect(await delivery()).toMatchObject(expected);
    expect(await attempts()).toHaveLength(2);
  });

  it('comes with the body of its requests, where that is not its event’s, and whichever record is first', async () => {
    const body = Buffer.from('{"made":true}');
    const value = sampleDelivery({ id: deliveryId, acceptedAt: AT, isTransformed: true, body });
    await write(attempt(1));
    await write({ name: 'hub.pipeline.Delivery', value });
    const row = await test.database.row(sql`select status, body from deliveries where id = ${deliveryId}`);
    expect(row).toEqual({ status: 'retrying', body });
  });

  it('is held after an attempt with the same count, and goes on after it is redelivered', async () => {
    await write(attempt(1));
    await write(held(1));
    expect(await delivery()).toMatchObject({ status: 'held', reason: 'disabled', lastStatus: 500 });
    await write(attempt(1));
    expect(await delivery()).toMatchObject({ status: 'held' });
    await write(attempt(2, success));
    expect(await delivery()).toMatchObject({ status: 'success', reason: null });
  });

  it('never goes back from the end of its ladder to an earlier state', async () => {
    await write(attempt(3, { deliveryStatus: 'failed', nextAttemptAt: null }));
    await write(held(2), attempt(2), pending());
    expect(await delivery()).toMatchObject({ status: 'failed', attempts: 3 });
    await write(attempt(4, success));
    expect(await delivery()).toMatchObject({ status: 'success', attempts: 4 });
  });
});

describe('an attempt', () => {
  it('is written once, however often it is read', async () => {
    await write(attempt(1), attempt(1));
    await write(attempt(1));
    expect(await attempts()).toHaveLength(1);
  });

  it('without any answer has nulls where there is nothing', async () => {
    const nothing = { status: null, errorClass: 'timeout', requestHeaders: {}, responseHeaders: {} };
    await write(attempt(1, { ...nothing, outcome: 'unreachable', responseBody: Buffer.alloc(0) }));
    expect(await attempts()).toEqual([
      {
        ...nothing,
        number: 1,
        outcome: 'unreachable',
        responseBody: Buffer.alloc(0),
        startedAt: new Date(AT + 1),
      },
    ]);
    expect(await delivery()).toMatchObject({ lastStatus: null, lastError: 'timeout' });
  });

  it('keeps the bytes of the answer, U+0000 and broken UTF-8 among them', async () => {
    const responseBody = Buffer.from([0, 0xff, 0xfe, 0x00, 0x7b]);
    const responseHeaders = { 'x-odd': 'é\u00ff"\\' };
    await write(attempt(1, { responseBody, responseHeaders }));
    expect(await attempts()).toMatchObject([{ responseBody, responseHeaders }]);
  });

  it('takes U+0000 in a header, which JSON text can carry', async () => {
    await write(attempt(1, { responseHeaders: { 'x-odd': 'a\u0000b' } }));
    const [row] = await test.database.rows<{ text: string }>(
      sql`select response_headers::text as text from attempts where delivery_id = ${deliveryId}`,
    );
    expect(JSON.parse(row?.text ?? '')).toEqual({ 'x-odd': 'a\u0000b' });
  });
});

describe('an event', () => {
  const event = (id: string, fields: Partial<EventRow> = {}): EventRow => ({
    id,
    acceptedAt: AT,
    tenantId: randomUUID(),
    projectId: randomUUID(),
    type: 'experiment.conversion',
    createdAt: AT - 1_234,
    body: Buffer.from('{"text":"\\u0000\u00e9"}'),
    ...fields,
  });
  const save = (...events: EventRow[]) => store.write({ events, deliveries: [], attempts: [] });

  it('is kept with its exact body and times, once', async () => {
    const [one, other] = [event(randomUUID()), event(randomUUID(), { body: Buffer.from([0]) })];
    await save(one, other);
    await save(one);
    const rows = await test.database.rows(
      sql`select id, body, accepted_at as "acceptedAt", created_at as "createdAt" from events
        where id = any(${[one.id, other.id]}::uuid[])`,
    );
    expect(rows).toHaveLength(2);
    expect(rows).toContainEqual({
      id: one.id,
      body: one.body,
      acceptedAt: new Date(AT),
      createdAt: new Date(AT - 1_234),
    });
  });

  it('older than every partition is kept all the same', async () => {
    const old = event(randomUUID(), { acceptedAt: Date.UTC(2020, 0, 1) });
    await save(old);
    expect(await test.database.row(sql`select type from events where id = ${old.id}`)).toEqual({
      type: 'experiment.conversion',
    });
  });
});

describe('a batch', () => {
  it('with nothing in it is taken', async () => {
    await store.write({ events: [], deliveries: [], attempts: [] });
  });

  it('is taken whole or not at all', async () => {
    const bad = toRows(attempt(1));
    const rows: Rows = { ...bad, attempts: bad.attempts.map((row) => ({ ...row, errorClass: 'a\u0000b' })) };
    await expect(store.write(rows)).rejects.toMatchObject({ code: 'HUB_DATABASE_REFUSED' });
    expect(await delivery()).toBeUndefined();
  });
});

describe('an attempt that disables its destination', () => {
  let destinationId: string;
  const destination = () =>
    test.database.row<Record<string, unknown>>(
      sql`select is_enabled as "isEnabled", disabled_reason as "disabledReason", version::int as version,
        disabled_at is not null as "hasDisabledAt" from destinations where id = ${destinationId}`,
    );
  const announced = () =>
    test.database.rows<{ key: string }>(sql`select key from outbox where key = ${destinationId}`);

  beforeEach(async () => {
    const { tenantId, projectId } = sampleDelivery();
    destinationId = randomUUID();
    await test.database.run(
      sql`insert into tenants (id, name) values (${tenantId}, 'Acme') on conflict do nothing`,
    );
    await test.database.run(
      sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop') on conflict do nothing`,
    );
    await test.database.run(sql`
      insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret, enabled_epoch)
      values (${destinationId}, ${tenantId}, ${projectId}, 'webhook', 'x', 'https://x.test', '{*}', '\\x00', 3)`);
  });

  const disabling = (enabledEpoch: number): Decoded =>
    attempt(1, { destinationId, disablesDestination: true, disabledReason: 'gone', enabledEpoch });

  it('does so once, and has it announced once', async () => {
    await write(disabling(3));
    await write(disabling(3));
    expect(await destination()).toEqual({
      isEnabled: false,
      disabledReason: 'gone',
      version: 2,
      hasDisabledAt: true,
    });
    // One row for its making, one for this.
    expect(await announced()).toHaveLength(2);
  });

  it.each([2, 4])(
    'does nothing with epoch %i: it speaks of another time than that of epoch 3',
    async (epoch) => {
      await write(disabling(epoch));
      expect(await destination()).toMatchObject({ isEnabled: true, disabledReason: null, version: 1 });
      expect(await announced()).toHaveLength(1);
      expect(await attempts()).toHaveLength(1);
    },
  );

  it('leaves the reason of one that somebody disabled before', async () => {
    await test.database.run(
      sql`update destinations set is_enabled = false, disabled_reason = 'by_hand' where id = ${destinationId}`,
    );
    await write(disabling(3));
    expect(await destination()).toMatchObject({ isEnabled: false, disabledReason: 'by_hand' });
  });

  it('is written although the destination is deleted', async () => {
    await test.database.run(sql`delete from destinations where id = ${destinationId}`);
    await write(disabling(3));
    expect(await attempts()).toHaveLength(1);
  });

  it('is no other attempt', async () => {
    await write(attempt(1, { destinationId, consecutiveFailures: 99, enabledEpoch: 3 }));
    expect(await destination()).toMatchObject({ isEnabled: true, version: 1 });
  });
});
