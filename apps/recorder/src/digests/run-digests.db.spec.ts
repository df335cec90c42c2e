import { randomUUID } from 'node:crypto';
import { DIGEST_TYPE } from '#connectors';
import { sql } from '#database';
import { findEventType, type Delivery } from '#events';
import { createLog } from '#log';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/harness/database.ts';
import { DigestStore } from './digest.store.ts';
import { makeDigests } from './run-digests.ts';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase(inject('databaseUrl'));
});
afterAll(() => test?.drop());

const log = createLog('test', { level: 'silent' });
const DAILY = { digest: { at: '08:00', timeZone: 'UTC' } };

/** A destination with a digest at 08:00 UTC, and a recorder whose clock and broker the test has in hand. */
async function start(config: object = DAILY) {
  const { database } = test;
  const [tenantId, projectId, destinationId] = [randomUUID(), randomUUID(), randomUUID()];
  await database.run(sql`insert into tenants (id, name) values (${tenantId}, 'Acme')`);
  await database.run(
    sql`insert into projects (id, tenant_id, name) values (${projectId}, ${tenantId}, 'Shop')`,
  );
  await database.run(sql`
    insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, secret, config)
    values (${destinationId}, ${tenantId}, ${projectId}, 'slack', 'Team', 'x', '{*}', '', ${JSON.stringify(config)}::jsonb)`);
  const published: Delivery[] = [];
  const kafka = { isAway: false };
  const round = (at: string) =>
    makeDigests(
      {
        store: new DigestStore(database),
        publish: async (_channel, delivery) => {
          if (kafka.isAway) throw new Error('away');
          if (delivery.destinationId === destinationId) published.push(delivery);
        },
        everyMs: 0,
        now: () => new Date(at),
      },
      log,
    );
  const gather = async (acceptedAt: string, type = 'experiment.exposure', data: object = {}) => {
    const [id, eventId] = [randomUUID(), randomUUID()];
    const body = { id: eventId, type, projectId, tenantId, createdAt: acceptedAt };
    const bytes = Buffer.from(
      JSON.stringify({ ...body, data: { ...findEventType(type)?.example, ...data } }),
    );
    await database.run(sql`
      insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
      values (${eventId}, ${acceptedAt}, ${tenantId}, ${projectId}, ${type}, ${acceptedAt}, ${bytes})`);
    await database.run(sql`
      insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, reason, accepted_at)
      values (${id}, ${eventId}, ${destinationId}, ${tenantId}, ${projectId}, ${type}, 'pending', 'digest', ${acceptedAt})`);
    return id;
  };
  const statusOf = async (id: string) =>
    (await database.row<{ status: string }>(sql`select status from deliveries where id = ${id}`))?.status;
  /** Records the digest's delivery as the recorder does. */
  const record = ({ id, eventId }: Delivery, status: string) =>
    database.run(sql`
      insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, accepted_at)
      values (${id}, ${eventId}, ${destinationId}, ${tenantId}, ${projectId}, ${DIGEST_TYPE}, ${status}, now())
      on conflict (id) do update set status = excluded.status`);
  const configure = (changed: object) =>
    database.run(
      sql`update destinations set config = ${JSON.stringify(changed)}::jsonb where id = ${destinationId}`,
    );
  const remove = () => database.run(sql`delete from destinations where id = ${destinationId}`);
  return { destinationId, published, kafka, round, gather, statusOf, record, configure, remove };
}

const told = ({ body }: Delivery) =>
  JSON.parse(body.toString()) as { type: string; data: { events: number; lines: { value: string }[] } };

describe('a digest', () => {
  it('is made once it is due, of what was accepted until then, and once only', async () => {
    const { published, round, gather } = await start();
    await round('2025-06-09T07:00:00Z');
    for (const at of ['2025-06-09T07:30:00Z', '2025-06-09T07:59:59Z', '2025-06-09T08:00:00Z'])
      await gather(at);
    await round('2025-06-09T07:59:59Z');
    expect(published).toEqual([]);
    for (const at of ['2025-06-09T08:00:02Z', '2025-06-09T08:00:07Z', '2025-06-09T20:00:00Z'])
      await round(at);
    expect(published.map((delivery) => told(delivery).data)).toMatchObject([
      { events: 2, since: '2025-06-09T07:30:00Z', until: '2025-06-09T08:00:00.000Z' },
    ]);
    await round('2025-06-10T08:00:01Z');
    expect(published.map((delivery) => told(delivery).data.events)).toEqual([2, 1]);
    expect(new Set(published.map(({ id }) => id)).size).toBe(2);
  });

  it('counts each of very many, and tells the facts of all', async () => {
    const { published, round, gather } = await start();
    for (let batch = 0; batch < 26; batch++)
      await Promise.all(Array.from({ length: 100 }, () => gather('2025-06-09T07:00:00Z')));
    await gather('2025-06-09T07:10:00Z', 'ces.response_created', {
      score: 4,
      comment: 'A visitor wrote this',
    });
    await round('2025-06-09T08:00:05Z');
    const [digest] = published as [Delivery];
    expect(told(digest)).toMatchObject({
      type: DIGEST_TYPE,
      data: {
        events: 2_601,
        title: '2,601 events',
        lines: [
          { label: 'checkout-button', value: '2,600 exposures' },
          { label: 'Effort score', value: '1 answer · 4.0 of 7 on average' },
        ],
      },
    });
    expect(digest.body.toString()).not.toContain('visitor');
  });

  it('has nothing to say of a day on which nothing happened', async () => {
    const { published, round } = await start();
    await round('2025-06-09T08:00:05Z');
    expect(published).toEqual([]);
  });

  it('late for days is one message', async () => {
    const { published, round, gather } = await start();
    await round('2025-06-06T09:00:00Z');
    for (const day of ['06', '07', '08']) await gather(`2025-06-${day}T12:00:00Z`);
    await round('2025-06-09T11:00:00Z');
    expect(published.map((delivery) => told(delivery).data.events)).toEqual([3]);
  });

  it('that Kafka did not take is published again under the same id, with the same bytes', async () => {
    const { published, kafka, round, gather } = await start();
    await gather('2025-06-09T07:00:00Z');
    kafka.isAway = true;
    await expect(round('2025-06-09T08:00:05Z')).rejects.toThrow('away');
    kafka.isAway = false;
    await gather('2025-06-09T07:00:01Z');
    await round('2025-06-09T08:00:10Z');
    await round('2025-06-09T08:00:15Z');
    expect(published.map((delivery) => told(delivery).data.events)).toEqual([1]);
  });

  it('made by two recorders at once is one', async () => {
    const { published, round, gather } = await start();
    for (let count = 0; count < 50; count++) await gather('2025-06-09T07:00:00Z');
    await Promise.all(['01', '02', '03'].map((second) => round(`2025-06-09T08:00:${second}Z`)));
    expect(published.map((delivery) => told(delivery).data.events)).toEqual([50]);
  });

  it('that is switched off tells at once what was gathered', async () => {
    const { published, round, gather, configure } = await start();
    await gather('2025-06-09T09:00:00Z');
    await configure({});
    await round('2025-06-09T09:00:10Z');
    await round('2025-06-09T09:00:15Z');
    expect(published.map((delivery) => told(delivery).data.events)).toEqual([1]);
  });
});

describe('what is counted in a digest', () => {
  it('ends as the digest does, and again when that is delivered later', async () => {
    const { published, round, gather, statusOf, record } = await start();
    const id = await gather('2025-06-09T07:00:00Z');
    await round('2025-06-09T08:00:05Z');
    expect(await statusOf(id)).toBe('pending');
    const [digest] = published as [Delivery];
    for (const status of ['retrying', 'held', 'failed', 'success'] as const) {
      await record(digest, status);
      await round('2025-06-09T08:05:00Z');
      expect(await statusOf(id)).toBe(status === 'failed' || status === 'success' ? status : 'pending');
    }
  });

  it('is cancelled with its destination', async () => {
    const { round, gather, statusOf, remove } = await start();
    const ids = [await gather('2025-06-09T07:00:00Z')];
    await round('2025-06-09T08:00:05Z');
    ids.push(await gather('2025-06-09T09:00:00Z'));
    await remove();
    await round('2025-06-09T10:00:00Z');
    expect(await Promise.all(ids.map(statusOf))).toEqual(['cancelled', 'cancelled']);
  });
});
