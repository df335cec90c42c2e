import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { readTail } from '#kafka';
import { createLog } from '#log';
import { eventually, throughout } from '../harness/eventually.ts';
import { sampleEvent, type SampleEvent } from '../harness/events.ts';
import { useFlow, type Shop } from '../harness/flow.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const flow = useFlow();

interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance?: string;
  errors?: { field: string; rule: string }[];
}

interface Item extends Partial<Problem> {
  status: number;
  id?: string;
}

const post = (shop: Shop, body: unknown) => shop.call<Problem>('POST', '/v1/events', body);
const postBatch = (shop: Shop, events: unknown[]) =>
  shop.call<{ items: Item[] } & Problem>('POST', '/v1/events/batch', { events });

/** Waits until the webhook at this path has these events, each once, and then sees that no other comes. */
async function expectExactly(path: string, ids: readonly string[]): Promise<void> {
  const seen = () => flow.receiver.receipts(path).map(({ eventId }) => eventId);
  await eventually(() => expect(seen().toSorted()).toEqual([...ids].toSorted()));
  await throughout(() => expect(seen()).toHaveLength(ids.length), 300);
}

function admin(...args: string[]): Record<string, string> {
  const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: flow.hub.env['DATABASE_URL'] ?? '' };
  const command = ['--conditions=source', 'apps/cli/src/main.ts', '--json', ...args];
  const { stdout, stderr, status } = spawnSync(process.execPath, command, {
    ...{ cwd: ROOT, env, encoding: 'utf8', timeout: 20_000 },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, string>;
}

describe('POST /v1/events', () => {
  it('answers 202 only when Kafka has the event', async () => {
    const shop = await flow.shop();
    const event = await shop.publish();
    const { kafka } = loadConfig(['kafka'], flow.hub.env);
    const range = { partitions: [0, 1, 2], sinceMs: 0, minRecords: 1_000, maxRecords: 1_000 };
    const found: string[] = [];
    await readTail(
      { settings: kafka, topic: flow.hub.topics.events.conversion, ...range },
      ({ value }) => found.push(value?.includes(event.id) === true ? event.id : ''),
      createLog('test', { level: 'silent' }),
    );
    expect(found.filter(Boolean)).toEqual([event.id]);
  });

  it('makes an id where none is given, and delivers under it', async () => {
    const shop = await flow.shop();
    await shop.webhook('/own-id');
    const { id: _id, ...event } = sampleEvent();
    const { status, body } = await shop.call<{ id: string }>('POST', '/v1/events', event);
    expect([status, Object.keys(body)]).toEqual([202, ['id']]);
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    await expectExactly('/own-id', [body.id]);
  });

  it('gives the same answer to the same event again, and delivers it once', async () => {
    const shop = await flow.shop();
    await shop.webhook('/again');
    const event = await shop.publish();
    const { id, type, data } = event;
    for (const again of [event, { data, type, id }, { ...event, id: id.toUpperCase() }])
      expect(await post(shop, again)).toMatchObject({ status: 202, body: { id } });
    await expectExactly('/again', [id]);
    expect(await post(shop, event)).toMatchObject({ status: 202, body: { id } });
    await throughout(() => expect(flow.receiver.receipts('/again')).toHaveLength(1), 300);
  });

  it('delivers an event once that is sent twenty times at the same time', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/twenty');
    const event = sampleEvent();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(shop, event)));
    expect(answers.map(({ status, body }) => [status, body])).toEqual(
      answers.map(() => [202, { id: event.id }]),
    );
    await expectExactly('/twenty', [event.id]);
    // The row follows the request.
    await shop.settled(webhook.id, event.id, 'success');
    expect(await shop.deliveries(webhook.id)).toMatchObject([{ eventId: event.id, attempts: 1 }]);
  });

  it('refuses the same id with other contents with 409, and delivers the first', async () => {
    const shop = await flow.shop();
    await shop.webhook('/conflict');
    const event = await shop.publish();
    const others = [
      { ...event, data: { ...event.data, eventName: 'other' } },
      { ...event, createdAt: '2025-06-09T12:00:00Z' },
      { ...sampleEvent('experiment.created'), id: event.id },
    ];
    for (const other of others) {
      expect(await post(shop, other)).toMatchObject({
        status: 409,
        body: { status: 409, errors: [{ field: 'id' }] },
      });
    }
    await expectExactly('/conflict', [event.id]);
    const [receipt] = flow.receiver.receipts('/conflict');
    expect(JSON.parse(receipt?.body.toString() ?? '')).toMatchObject({ data: event.data });
  });

  it('keeps the ids of projects apart', async () => {
    const [one, other] = [await flow.shop(), await flow.shop()];
    await Promise.all([one.webhook('/one'), other.webhook('/other')]);
    const event = await one.publish();
    await other.publish({ ...event, data: { ...event.data, eventName: 'other' } });
    await Promise.all([expectExactly('/one', [event.id]), expectExactly('/other', [event.id])]);
  });

  it('takes 256 KiB and refuses a byte more with 413', async () => {
    const shop = await flow.shop();
    await shop.webhook('/large');
    const sized = (bytes: number) => {
      const event = sampleEvent('experiment.conversion', { payload: { text: '' } });
      const text = 'x'.repeat(bytes - JSON.stringify(event).length);
      return { ...event, data: { ...event.data, payload: { text } } };
    };
    const largest = await shop.publish(sized(256 * 1024));
    expect(await post(shop, sized(256 * 1024 + 1))).toMatchObject({ status: 413, body: { status: 413 } });
    await expectExactly('/large', [largest.id]);
  });
});

describe('POST /v1/events/batch', () => {
  it('takes 500 events and answers each, in order', async () => {
    const shop = await flow.shop();
    await shop.webhook('/batch');
    const events = Array.from({ length: 500 }, () => sampleEvent());
    const { status, body } = await postBatch(shop, events);
    expect([status, body.items]).toEqual([202, events.map(({ id }) => ({ status: 202, id }))]);
    await expectExactly(
      '/batch',
      events.map(({ id }) => id),
    );
  });

  it('refuses 501, none, and what is no list, as a whole', async () => {
    const shop = await flow.shop();
    await shop.webhook('/no-batch');
    const count = { field: 'events', rule: expect.stringContaining('1 to 500') };
    const misspelt = { field: 'items', rule: 'is not a field of a batch' };
    const bodies: [unknown, object[]][] = [
      [{ events: Array.from({ length: 501 }, () => sampleEvent()) }, [count]],
      [{ events: [] }, [count]],
      [{ events: sampleEvent() }, [count]],
      [{ items: [sampleEvent()] }, [misspelt, count]],
      [{ events: [sampleEvent()], items: [] }, [misspelt]],
      [[sampleEvent()], [count]],
      [null, [count]],
    ];
    for (const [body, errors] of bodies) {
      const answer = await shop.call('POST', '/v1/events/batch', body);
      expect(answer).toMatchObject({ status: 400, body: { status: 400, errors } });
    }
    await throughout(() => expect(flow.receiver.receipts('/no-batch')).toEqual([]), 500);
  });

  it('answers 207 when some are refused, says why for each, and delivers the others once', async () => {
    const shop = await flow.shop();
    await shop.webhook('/mixed');
    const [first, twice, known] = [sampleEvent(), sampleEvent(), await shop.publish()];
    const missing = sampleEvent('ces.response_created', { score: undefined });
    const large = sampleEvent('experiment.conversion', { payload: { text: 'x'.repeat(256 * 1024) } });
    const { status, body } = await postBatch(shop, [
      ...[first, missing, { ...sampleEvent(), type: 'no.such' }, twice, twice, known],
      ...[{ ...twice, createdAt: '2025-06-09T12:00:00Z' }, large, null, 7, 'x', [], {}],
    ]);
    expect(status).toBe(207);
    const accepted = ({ id }: SampleEvent) => ({ status: 202, id });
    const refused = (code: number, ...fields: string[]) => ({
      ...{ status: code, title: expect.any(String), detail: expect.any(String) },
      ...(fields.length > 0 && { errors: fields.map((field) => ({ field, rule: expect.any(String) })) }),
    });
    expect(body.items).toMatchObject([
      ...[accepted(first), refused(400, 'data.score'), refused(400, 'type')],
      ...[accepted(twice), accepted(twice), accepted(known), refused(409, 'id'), refused(413)],
      ...[refused(400, 'body'), refused(400, 'body'), refused(400, 'body'), refused(400, 'body')],
      refused(400, 'type'),
    ]);
    await expectExactly('/mixed', [first.id, twice.id, known.id]);
  });
});

describe('a request without a good key', () => {
  it('gets 401 with one body, whether the key is missing, malformed, unknown or revoked', async () => {
    const shop = await flow.shop();
    const made = admin('key', 'create', 'To be revoked', '--project', shop.projectId);
    const event = sampleEvent();
    const withKey = async (authorization: string | undefined) => {
      const response = await fetch(`${flow.url}/v1/events`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(authorization !== undefined && { authorization }),
        },
        body: JSON.stringify(event),
      });
      return { status: response.status, text: await response.text() };
    };
    expect(await withKey(`Bearer ${made['key']}`)).toMatchObject({ status: 202 });
    admin('key', 'revoke', made['id'] ?? '');
    const revoked = await eventually(async () => {
      const answer = await withKey(`Bearer ${made['key']}`);
      expect(answer.status).toBe(401);
      return answer;
    }, 10_000);

    const keys = [
      ...[undefined, '', 'Bearer', 'Bearer ', `Basic ${made['key']}`, `Bearer thk_${'A'.repeat(43)}`],
      ...[`Bearer ${shop.key}x`, `Bearer ${shop.key.slice(0, -1)}`, `Bearer ${'x'.repeat(5_000)}`, shop.key],
    ];
    for (const key of keys) expect([key, await withKey(key)]).toEqual([key, revoked]);
    expect(JSON.parse(revoked.text)).toMatchObject({ status: 401, instance: '/v1/events' });
  });

  it('is not read: a key is asked for before the body is judged', async () => {
    const response = await fetch(`${flow.url}/v1/projects/${randomUUID()}/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer thk_${'B'.repeat(43)}` },
      body: '{"name":1}',
    });
    expect(response.status).toBe(401);
  });
});
