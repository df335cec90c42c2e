import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { secretsOf } from '#delivery';
import { startApi, type Client, type TestApi } from '../../../test/harness/admin-api.ts';

let api: TestApi;
let acme: Client;
let other: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  [acme, other] = [await api.addClient(), await api.addClient()];
});
afterAll(() => api?.close());

const ORDERS = {
  name: 'Orders',
  url: 'https://example.com/hook',
  eventTypes: ['experiment.*', 'webhook.test'],
};
const create = async (client: Client, more: object = {}) =>
  (await client.call('POST', '/webhooks', { ...ORDERS, ...more })).body;
const lastOf = (key: string) => api.published.filter((record) => record.key === key).at(-1);

describe('a webhook', () => {
  it('is created with a secret that no later answer shows, and announced before the answer', async () => {
    const answer = await acme.call('POST', '/webhooks', { ...ORDERS, rateLimit: 2.5 });
    expect(answer.status).toBe(201);
    const { secret, ...webhook } = answer.body as Record<string, unknown>;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhook).toEqual({
      id: expect.any(String),
      ...ORDERS,
      filter: null,
      transformation: null,
      rateLimit: 2.5,
      batch: null,
      headers: {},
      enabled: true,
      disabledReason: null,
      disabledAt: null,
      rotation: null,
      replay: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.any(String),
    });
    const record = lastOf(String(webhook.id));
    expect(record).toMatchObject({
      topic: 'hub.destinations',
      value: {
        tenantId: acme.tenantId,
        projectId: acme.projectId,
        kind: 'webhook',
        isEnabled: true,
        enabledEpoch: 1,
        version: 1,
        rateLimit: 2.5,
      },
    });
    expect(secretsOf(record?.value as never, api.masterKeys, Date.now()).current).toBe(secret);
    const later = [
      await acme.call('GET', `/webhooks/${String(webhook.id)}`),
      await acme.call('GET', '/webhooks'),
      await acme.call('PATCH', `/webhooks/${String(webhook.id)}`, { name: 'New' }),
    ];
    for (const { status, text } of later) {
      expect(status).toBe(200);
      expect(text).not.toContain('whsec_');
      expect(text).not.toContain(String(secret).slice(6));
    }
    const stored = await api.test.database.row<{ text: string }>(
      sql`select encode(secret, 'escape') as text from destinations where id = ${String(webhook.id)}`,
    );
    expect(stored?.text).not.toContain('whsec_');
  });

  it('changes field by field, and its rate limit can be lifted', async () => {
    const { id } = await create(acme, { rateLimit: 3 });
    const changed = await acme.call('PATCH', `/webhooks/${id}`, {
      url: 'https://example.com/two',
      rateLimit: null,
    });
    expect(changed.body).toMatchObject({ name: 'Orders', url: 'https://example.com/two', rateLimit: null });
    const kept = await acme.call('PATCH', `/webhooks/${id}`, { eventTypes: ['*', '*'] });
    expect(kept.body).toMatchObject({ url: 'https://example.com/two', eventTypes: ['*'] });
    expect(lastOf(id)?.value).toMatchObject({ version: 3, eventTypes: ['*'] });
  });

  it('gets batches when it asks for them, and none again when it no longer does', async () => {
    const batch = { maxEvents: 50, maxWaitMs: 2_000 };
    const created = await create(acme, { batch });
    expect(created).toMatchObject({ batch });
    expect(lastOf(created.id)?.value).toMatchObject({ config: JSON.stringify({ batch }) });
    const kept = await acme.call('PATCH', `/webhooks/${created.id}`, { name: 'Still' });
    expect(kept.body).toMatchObject({ batch });
    const ended = await acme.call('PATCH', `/webhooks/${created.id}`, { batch: null });
    expect(ended.body).toMatchObject({ batch: null });
    expect(lastOf(created.id)?.value).toMatchObject({ config: '{}' });
  });

  it('is disabled and enabled, each time in a new epoch, and twice is once', async () => {
    const { id } = await create(acme);
    const disabled = await acme.call('POST', `/webhooks/${id}/disable`);
    expect(disabled).toMatchObject({
      status: 200,
      body: { enabled: false, disabledReason: 'disabled by hand' },
    });
    expect((await acme.call('POST', `/webhooks/${id}/disable`)).body).toEqual(disabled.body);
    const enabled = await acme.call('POST', `/webhooks/${id}/enable`);
    expect(enabled.body).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null });
    await acme.call('POST', `/webhooks/${id}/enable`);
    expect(lastOf(id)?.value).toMatchObject({ isEnabled: true, enabledEpoch: 2, version: 3 });
  });

  it('is deleted with a tombstone', async () => {
    const { id } = await create(acme);
    expect(await acme.call('DELETE', `/webhooks/${id}`)).toMatchObject({ status: 204, text: '' });
    expect(lastOf(id)).toMatchObject({ value: null });
    expect((await acme.call('GET', `/webhooks/${id}`)).status).toBe(404);
    expect((await acme.call('DELETE', `/webhooks/${id}`)).status).toBe(404);
  });

  it('is listed newest first, page by page, each once', async () => {
    const client = await api.addClient();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.unshift((await create(client, { name: `n${i}` })).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    do {
      const page = await client.call('GET', `/webhooks?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
      const { items, nextCursor } = page.body as unknown as {
        items: { id: string }[];
        nextCursor: string | null;
      };
      seen.push(...items.map((item) => item.id));
      cursor = nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids);
  });

  it('answers within about 2 s while Kafka is away, and is announced when it is back', async () => {
    api.kafka.isAway = true;
    const answer = await acme.call('POST', '/webhooks', ORDERS);
    expect(answer.status).toBe(201);
    expect(lastOf(answer.body.id)).toBeUndefined();
    api.kafka.isAway = false;
    await expect.poll(() => lastOf(answer.body.id), { timeout: 5_000 }).toBeDefined();
  });
});

describe('a secret', () => {
  const secretsIn = async (id: string) => {
    const { current, next } = secretsOf(lastOf(id)?.value as never, api.masterKeys, Date.now());
    return { current, next };
  };

  it('is replaced in two steps', async () => {
    const { id, secret } = await create(acme);
    expect((await acme.call('POST', `/webhooks/${id}/secret/promote`)).status).toBe(409);
    const rotated = await acme.call('POST', `/webhooks/${id}/secret/rotate`);
    expect(rotated).toMatchObject({ status: 200, body: { secret: expect.stringMatching(/^whsec_/) } });
    expect(await secretsIn(id)).toEqual({ current: secret, next: rotated.body.secret });
    const shown = await acme.call('GET', `/webhooks/${id}`);
    expect(shown.body.rotation).toEqual({
      startedAt: expect.any(String),
      promotesAt: rotated.body.promotesAt,
    });
    const promoted = await acme.call('POST', `/webhooks/${id}/secret/promote`);
    expect(promoted).toMatchObject({ status: 200, body: { rotation: null } });
    expect(await secretsIn(id)).toEqual({ current: rotated.body.secret, next: null });
  });

  it('that nobody promoted is in force after 24 h, also as the old one of the next rotation', async () => {
    const { id } = await create(acme);
    const first = await acme.call('POST', `/webhooks/${id}/secret/rotate`);
    await api.test.database.run(
      sql`update destinations set next_secret_at = now() - interval '24 hours' where id = ${id}`,
    );
    expect((await acme.call('GET', `/webhooks/${id}`)).body.rotation).toBeNull();
    const second = await acme.call('POST', `/webhooks/${id}/secret/rotate`);
    expect(await secretsIn(id)).toEqual({ current: first.body.secret, next: second.body.secret });
  });
});

describe('the walls between projects', () => {
  it('give a foreign id, an unknown one and nonsense the same answer', async () => {
    const { id } = await create(acme);
    const paths = (webhookId: string): [string, string][] => [
      ['GET', `/webhooks/${webhookId}`],
      ['PATCH', `/webhooks/${webhookId}`],
      ['DELETE', `/webhooks/${webhookId}`],
      ['POST', `/webhooks/${webhookId}/enable`],
      ['POST', `/webhooks/${webhookId}/disable`],
      ['POST', `/webhooks/${webhookId}/test`],
      ['POST', `/webhooks/${webhookId}/secret/rotate`],
      ['POST', `/webhooks/${webhookId}/secret/promote`],
      ['GET', `/webhooks/${webhookId}/deliveries`],
    ];
    for (const webhookId of [id, randomUUID(), 'nonsense', '%00']) {
      for (const [method, path] of paths(webhookId)) {
        const answer = await other.call(method, path, method === 'PATCH' ? { name: 'mine' } : undefined);
        const { instance: _, ...body } = answer.body as Record<string, unknown>;
        expect({ path, status: answer.status, body }).toEqual({
          path,
          status: 404,
          body: {
            type: 'urn:ttoolab:problem:not-found',
            title: 'Not found',
            status: 404,
            detail: 'There is no such resource.',
          },
        });
      }
    }
    expect((await acme.call('GET', `/webhooks/${id}`)).body).toMatchObject({
      name: 'Orders',
      enabled: true,
    });
  });

  it('hold for whole projects too', async () => {
    for (const projectId of [acme.projectId, randomUUID(), 'x']) {
      const answer = await other.call('GET', `/v1/projects/${projectId}/webhooks`);
      expect(answer).toMatchObject({ status: 404, body: { detail: 'There is no such resource.' } });
    }
  });
});
