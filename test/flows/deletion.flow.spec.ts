import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { columnsOf, recordsOf } from '../harness/canary-places.ts';
import { eventually, throughout } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { startHub, type Answer, type Project, type TestHub } from '../harness/hub.ts';
import { signInAsOwner } from '../harness/owner.ts';
import { answer, startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';
import { rowsIn, warehouseEnv } from '../harness/warehouse.ts';

const TYPE = 'ces.response_created';
/** Reports of erasures outlive what they tell of, and the warehouse goes on forgetting what comes again. */
const REPORTS = /^column (public\.erasure_jobs|warehouse\.sink_erasures)\./;
/** That a project was deleted, and what was done to it before, stays in the log of its tenant. */
const LOG = /^column audit\.entries\./;

interface Report {
  id: string;
  kind: string;
  status: string;
  progress: number;
  removed: { events: number; deliveries: number; attempts: number; others: number };
}

let hub: TestHub;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  receiver.on('/down', answer(500));
  // Longer than a process may remember a key, as its default is.
  const env = { ERASURE_SETTLE_TIME: '7s', RETRY_DELAYS: '5s' };
  hub = await startHub({ stack: runStack(), env, apps: [] });
  // The warehouse is in the same database, so that looking through that looks through both.
  await hub.addProcess('all-in-one', warehouseEnv(hub, 'postgres')).start();
});
afterAll(async () => {
  await hub?.end();
  await receiver?.close();
});

const url = () => `http://127.0.0.1:${hub.env['HTTP_PORT']}`;

async function call<T>(headers: Record<string, string>, method: string, path: string): Promise<Answer<T>> {
  const response = await fetch(`${url()}${path}`, { method, headers, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  return {
    status: response.status,
    body: (text === '' ? undefined : JSON.parse(text)) as T,
    headers: response.headers,
  };
}

interface Shop extends Project {
  eventId: string;
  downId: string;
}

/** A project with a delivery that has ended, one that waits for its next attempt, and a row in the warehouse. */
async function fill(project: Project): Promise<Shop> {
  const { projectId, key } = project;
  const at = (path: string) => `/v1/projects/${projectId}${path}`;
  const made: string[] = [];
  for (const path of ['/good', '/down']) {
    const body = { name: path, url: receiver.url(path), eventTypes: ['*'] };
    const { body: webhook } = await hub.call<{ id: string }>('POST', at('/webhooks'), body, key);
    made.push(webhook.id);
  }
  const event = sampleEvent(TYPE, { anonymousId: randomUUID() });
  expect((await hub.call('POST', '/v1/events', event, key)).status).toBe(202);
  await eventually(async () => {
    const found = await hub.database.rows<{ status: string }>({
      text: 'select status from deliveries where event_id = $1 order by status',
      values: [event.id],
    });
    expect(found.map(({ status }) => status)).toEqual(['retrying', 'success']);
    expect(await inWarehouse(projectId)).toHaveLength(1);
  });
  return { ...project, eventId: event.id, downId: made[1] ?? '' };
}

const inWarehouse = (projectId: string) =>
  rowsIn(hub, 'postgres', `select 1 as one from ces_responses where project_id = '${projectId}'`);

/** Where an id stands, of all tables with the warehouse's. */
async function standingIn(...ids: string[]): Promise<string[]> {
  const places = (await columnsOf(hub.database)).filter(({ bytes }) => ids.some((id) => bytes.includes(id)));
  return [...new Set(places.map(({ name }) => name))];
}

const attemptsAt = (path: string, eventId: string) =>
  receiver.receipts(path).filter((receipt) => receipt.eventId === eventId).length;

/** Nothing of the destinations is left on their topic once it is compacted: the last record of each takes it away. */
async function expectTakenBack(destinationId: string): Promise<void> {
  const { KAFKA_BROKERS: brokers = '', KAFKA_TOPIC_PREFIX: prefix = '' } = hub.env;
  const records = await recordsOf(brokers.split(','), prefix);
  const ofDestination = records.filter(
    ({ name, bytes }) => name === 'topic hub.destinations' && bytes.includes(destinationId),
  );
  expect(ofDestination.length).toBeGreaterThan(1);
  expect(ofDestination.at(-1)?.bytes.toString().trim()).toBe(destinationId);
}

describe('a project that is deleted over the API', () => {
  it('is gone at once for whoever asks, soon from every table, and is sent no more', async () => {
    const mine = await fill(hub.project);
    const theirs = await fill(await hub.addProject());
    const owner = await signInAsOwner(hub.database, url(), mine.tenantId);
    const path = `/v1/projects/${mine.projectId}`;
    const asked = await call<Report>(owner, 'DELETE', path);
    expect(asked).toMatchObject({ status: 202, body: { kind: 'project', status: 'waiting', progress: 0 } });
    expect((await call(owner, 'GET', path)).status).toBe(404);
    expect((await call(owner, 'GET', `${path}/events/${mine.eventId}`)).status).toBe(404);
    expect((await call(owner, 'DELETE', path)).status).toBe(404);
    const late = sampleEvent(TYPE);
    // For 5 s a process may remember the key; what it takes in then goes nowhere.
    await hub.call('POST', '/v1/events', late, mine.key);
    await eventually(async () => {
      expect((await hub.call('POST', '/v1/events', late, mine.key)).status).toBe(401);
    }, 6_000);
    await eventually(async () => {
      const path = `/v1/tenants/${mine.tenantId}/erasures`;
      const { body } = await call<{ items: Report[] }>(owner, 'GET', path);
      expect(body.items).toMatchObject([
        { id: asked.body.id, status: 'done', progress: 1, removed: { events: 1, deliveries: 2 } },
      ]);
    }, 40_000);
    await eventually(async () => {
      const left = await standingIn(mine.projectId, mine.eventId, late.id);
      expect(left.filter((name) => !REPORTS.test(name) && !LOG.test(name))).toEqual([]);
      expect(await inWarehouse(mine.projectId)).toEqual([]);
    });
    await throughout(() => {
      expect(attemptsAt('/down', mine.eventId)).toBe(1);
      expect(receiver.receipts().some(({ eventId }) => eventId === late.id)).toBe(false);
    }, 1_000);
    await expectTakenBack(mine.downId);
    expect(await inWarehouse(theirs.projectId)).toHaveLength(1);
    const kept = `/v1/projects/${theirs.projectId}/events/${theirs.eventId}`;
    expect((await hub.call('GET', kept, undefined, theirs.key)).status).toBe(200);
  }, 120_000);
});

describe('a tenant that is deleted over the API', () => {
  it('leaves nothing but the report, and nothing of another', async () => {
    const mine = await fill(await hub.addProject());
    const theirs = await fill(await hub.addProject());
    const owner = await signInAsOwner(hub.database, url(), mine.tenantId);
    const path = `/v1/tenants/${mine.tenantId}`;
    const asked = await call<Report>(owner, 'DELETE', path);
    expect(asked).toMatchObject({ status: 202, body: { kind: 'tenant', status: 'waiting' } });
    for (const gone of [path, `${path}/projects`, `${path}/audit-log`, `/v1/projects/${mine.projectId}`])
      expect([gone, (await call(owner, 'GET', gone)).status]).toEqual([gone, 404]);
    expect(await call(owner, 'GET', '/v1/me')).toMatchObject({ status: 200, body: { tenants: [] } });
    await eventually(async () => {
      const left = await standingIn(mine.tenantId, mine.projectId, mine.eventId);
      expect(left.filter((name) => !REPORTS.test(name))).toEqual([]);
    }, 40_000);
    const report = await hub.database.row({
      text: 'select status, removed_events::int as events, removed_deliveries::int as deliveries from erasure_jobs where id = $1',
      values: [asked.body.id],
    });
    expect(report).toEqual({ status: 'done', events: 1, deliveries: 2 });
    await expectTakenBack(mine.downId);
    expect((await standingIn(theirs.tenantId)).length).toBeGreaterThan(10);
    expect(attemptsAt('/down', mine.eventId)).toBe(1);
  }, 120_000);
});
