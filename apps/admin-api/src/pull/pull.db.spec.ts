import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql, type Queryable } from '#database';
import { startApi, type Client, type TestApi } from '../../../../test/harness/admin-api.ts';
import { eventually } from '../../../../test/harness/eventually.ts';

let api: TestApi;
let acme: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  acme = await api.addClient();
});
afterAll(() => api?.close());

async function createWebhook(settings: object = {}): Promise<string> {
  const webhook = { name: 'Orders', url: 'https://example.com/', eventTypes: ['experiment.*'], ...settings };
  const created = await acme.call('POST', '/webhooks', webhook);
  expect(created.status).toBe(201);
  return created.body.id;
}

async function addEvent(
  { type = 'experiment.created', data = {} }: { type?: string; data?: object } = {},
  database: Queryable = api.test.database,
): Promise<string> {
  const id = randomUUID();
  const createdAt = new Date().toISOString();
  const body = { id, type, projectId: acme.projectId, tenantId: acme.tenantId, createdAt, data };
  await database.run(sql`
    insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
    values (${id}, clock_timestamp(), ${acme.tenantId}, ${acme.projectId}, ${type}, ${createdAt}, ${Buffer.from(JSON.stringify(body))})`);
  return id;
}

async function pull(webhookId: string, query = '') {
  const answer = await acme.call('GET', `/webhooks/${webhookId}/events?${query}`);
  const ids = (answer.body.items ?? []).map(({ id }) => id);
  return { ...answer, ids, cursor: answer.body.nextCursor };
}

/** Pulls until there is nothing more; transactions of others on the same server may hold events back for a moment. */
async function pullAll(webhookId: string, count: number, query = '') {
  const ids: string[] = [];
  let cursor: string | null = null;
  await eventually(async () => {
    const page = await pull(webhookId, cursor === null ? query : `cursor=${cursor}&limit=2`);
    ids.push(...page.ids);
    cursor = page.cursor;
    expect(ids).toHaveLength(count);
  });
  return { ids, cursor: cursor as unknown as string };
}

describe('pulling', () => {
  it('gives the events that the webhook takes, once each and in their order, as it would receive them', async () => {
    const webhookId = await createWebhook();
    const ids = [await addEvent()];
    await addEvent({ type: 'ces.response_created' });
    for (let index = 0; index < 4; index += 1) ids.push(await addEvent());
    const { ids: pulled, cursor } = await pullAll(webhookId, 5, 'limit=2');
    expect(pulled).toEqual(ids);
    ids.push(await addEvent());
    await eventually(async () => {
      const { body } = await pull(webhookId, `cursor=${cursor}`);
      expect(body.items).toMatchObject([
        {
          id: ids.at(-1),
          type: 'experiment.created',
          headers: { 'X-Ttoolab-Event-Id': ids.at(-1), 'webhook-id': ids.at(-1) },
          body: expect.stringContaining(`"id":"${ids.at(-1)}"`),
        },
      ]);
    });
  });

  it('begins where it is told, and otherwise with the webhook', async () => {
    const before = await addEvent();
    const webhookId = await createWebhook();
    const after = await addEvent();
    expect((await pullAll(webhookId, 1)).ids).toEqual([after]);
    const all = await pull(webhookId, `limit=100&from=${new Date(Date.now() - 60_000).toISOString()}`);
    expect(all.ids).toContain(before);
  });

  it('leaves out what the filter does not take, and news of the webhook itself', async () => {
    const webhookId = await createWebhook({
      eventTypes: ['experiment.conversion', 'webhook.*'],
      filter: 'data.revenue > 100',
    });
    await addEvent({ type: 'experiment.conversion', data: { revenue: 50 } });
    const taken = await addEvent({ type: 'experiment.conversion', data: { revenue: 150 } });
    await addEvent({ type: 'webhook.disabled', data: { destinationId: webhookId } });
    expect((await pullAll(webhookId, 1)).ids).toEqual([taken]);
  });

  it('gives the body that a transformation makes', async () => {
    const webhookId = await createWebhook({ transformation: '{ "event": id }' });
    const id = await addEvent();
    await eventually(async () => {
      const { body } = await pull(webhookId);
      expect(body.items).toMatchObject([{ id, body: JSON.stringify({ event: id }), problem: null }]);
    });
  });

  it('never skips an event that is recorded while a later one is read', async () => {
    const webhookId = await createWebhook();
    const { cursor } = await pull(webhookId);
    let late = '';
    let soon = '';
    await api.test.database.transaction(async (transaction) => {
      late = await addEvent({}, transaction);
      soon = await addEvent();
      expect((await pull(webhookId, `cursor=${cursor}`)).ids).toEqual([]);
    });
    expect((await pullAll(webhookId, 2, `cursor=${cursor}`)).ids).toEqual([late, soon]);
  });

  it('waits for an event where it is asked to, and no longer', async () => {
    const webhookId = await createWebhook();
    const { cursor } = await pull(webhookId);
    const startedAt = Date.now();
    expect((await pull(webhookId, `cursor=${cursor}&waitSeconds=1`)).ids).toEqual([]);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(900);
    const waiting = pull(webhookId, `cursor=${cursor}&waitSeconds=30`);
    const id = await addEvent();
    expect((await waiting).ids).toEqual([id]);
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });

  it('says so when retention has removed what came behind the cursor', async () => {
    const webhookId = await createWebhook();
    const { cursor } = await pull(webhookId);
    const { database } = api.test;
    await database.run(sql`update forgotten set before = now() + interval '1 hour'`);
    expect(await pull(webhookId, `cursor=${cursor}`)).toMatchObject({
      status: 410,
      body: { type: 'urn:ttoolab:problem:gone', detail: expect.stringMatching(/Begin anew with from=/) },
    });
    await database.run(sql`update forgotten set before = '-infinity'`);
  });

  it.each([
    ['cursor=x', 'cursor'],
    ['cursor=WyIxIiwieCIsMSwxXQ', 'cursor'],
    ['limit=0', 'limit'],
    ['waitSeconds=31', 'waitSeconds'],
    ['from=yesterday', 'from'],
  ])('refuses %s by name', async (query, field) => {
    const refused = await pull(await createWebhook(), query);
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});
