import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '#config';
import { ACCEPT_BY_HEADER, Codec, findEventType, parseData, RECORD_OF } from '#events';
import { MasterKeys } from '#webhooks';
import { buildProgram } from '../../apps/cli/src/build-program.ts';
import { eventually } from '../harness/eventually.ts';
import { useFlow, type Shop } from '../harness/flow.ts';
import { connectStranger } from '../harness/kafka.ts';
import { runStack } from '../harness/run-stack.ts';

const flow = useFlow();
let stranger: Awaited<ReturnType<typeof connectStranger>>;
let codec: Codec;

beforeAll(async () => {
  stranger = await connectStranger(runStack().brokers);
  codec = await Codec.connect(loadConfig(['registry'], flow.hub.env).registry);
});
afterAll(() => stranger?.end());

interface Letter {
  id: string;
  reason: string;
  topic: string;
  detail: string;
  count: number;
  resent: number;
  resends: number;
  origin: string | null;
  value: string;
  decoded: string | null;
  resending: number;
}

async function admin<T = Letter[]>(...args: string[]): Promise<T> {
  const lines: string[] = [];
  const around = {
    database: () => flow.hub.database,
    masterKeys: () => new MasterKeys(Buffer.alloc(32, 7)),
    decode: async (bytes: Buffer) => {
      await codec.learn([bytes]).catch(() => undefined);
      try {
        return codec.decode(bytes);
      } catch {
        return undefined;
      }
    },
    print: (line: string) => void lines.push(line),
    now: () => new Date(),
  };
  await buildProgram(around).parseAsync(['--json', 'dead-letter', ...args], { from: 'user' });
  return JSON.parse(lines.join('\n')) as T;
}

const lettersOf = (reason: string) => admin('list', '--reason', reason);

function eventBytes({ tenantId, projectId }: Shop): { id: string; value: Buffer } {
  const type = 'experiment.conversion';
  const parsed = parseData(type, findEventType(type)?.example);
  if (!parsed.ok) throw new Error(parsed.rule);
  const id = crypto.randomUUID();
  const event = { id, tenantId, projectId, createdAt: Date.now(), data: parsed.data };
  return { id, value: codec.encode(RECORD_OF[type], event as never) };
}

/** A letter about an event that no stage could handle. */
async function addLetter(value: Buffer, fields: { reason: string; headers?: Record<string, Buffer> }) {
  const topic = flow.hub.topics.events.conversion;
  const place = { topic, partition: 0, offset: String(Math.floor(Math.random() * 1e15)) };
  const content = {
    key: Buffer.from('k'),
    value,
    headers: {},
    detail: 'broken \0 then',
    failedAt: Date.now(),
  };
  const letter = codec.encode('hub.pipeline.DeadLetter', { ...place, ...content, ...fields });
  await stranger.producer.send({
    topic: flow.hub.topics.eventsDead,
    messages: [{ key: 'k', value: letter }],
  });
  return eventually(async () => {
    const [found] = await lettersOf(fields.reason);
    expect(found).toMatchObject({ topic, reason: fields.reason });
    return found as Letter;
  });
}

describe('a record that no stage can handle', () => {
  it('is counted by its reason, shown whole, and sent again only on request, never twice by itself', async () => {
    const topic = flow.hub.topics.events.experiment;
    const value = Buffer.from('not Avro at all');
    await stranger.producer.send({ topic, messages: [{ key: 'poison', value }] });
    const [letter] = await eventually(async () => {
      const found = await lettersOf('HUB_RECORD_UNDECODABLE');
      // Two stages failed on it, and it is one letter.
      expect(found).toHaveLength(1);
      return found;
    });
    expect(await admin('counts')).toContainEqual(
      expect.objectContaining({ reason: 'HUB_RECORD_UNDECODABLE', topic, count: 1, resent: 0 }),
    );
    const shown = await admin<Letter>('show', letter?.id ?? '');
    expect(shown).toMatchObject({ value: value.toString('base64'), decoded: null, key: 'poison' });

    expect(await admin('resend', '--reason', 'HUB_RECORD_UNDECODABLE')).toEqual({ resending: 1 });
    const again = await eventually(async () => {
      const found = await lettersOf('HUB_RECORD_UNDECODABLE');
      expect(found).toHaveLength(2);
      return found;
    });
    expect(again.map(({ origin, resends }) => [origin, resends])).toEqual([
      [letter?.id, 0],
      [null, 1],
    ]);
    // Neither the one that was sent again nor the one that came of it goes with the others any more.
    expect(await admin('resend', '--reason', 'HUB_RECORD_UNDECODABLE')).toEqual({ resending: 0 });
  });

  it('is handled once it is sent again and can be', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/letter');
    const { id, value } = eventBytes(shop);
    const inTime = { [ACCEPT_BY_HEADER]: Buffer.from(String(Date.now() + 2_000)) };
    const letter = await addLetter(value, { reason: 'HUB_HANDLER_FAILED', headers: inTime });
    const shown = await admin<Letter>('show', letter.id);
    expect(JSON.parse(shown.decoded ?? '')).toMatchObject({
      name: 'hub.events.ExperimentConversion',
      value: { id },
    });
    // By then its publisher's deadline is over; it had been appended before.
    await eventually(() => expect(Date.now()).toBeGreaterThan(Number(inTime[ACCEPT_BY_HEADER])));
    expect(await admin('resend', letter.id)).toEqual({ resending: 1 });
    await shop.settled(webhook.id, id, 'success');
    expect(flow.receiver.receipts('/letter').map(({ eventId }) => eventId)).toEqual([id]);
  });

  it('is not sent again where its publisher may have been told of a refusal, nor for the warehouse', async () => {
    const shop = await flow.shop();
    const late = { [ACCEPT_BY_HEADER]: Buffer.from(String(Date.now() - 1_000)) };
    const refused = await addLetter(eventBytes(shop).value, { reason: 'HUB_SCHEMA_UNKNOWN', headers: late });
    await expect(admin('resend', refused.id)).rejects.toThrow(/told that it was refused/);
    const ofSink = await addLetter(eventBytes(shop).value, { reason: 'HUB_WAREHOUSE_REFUSED' });
    await expect(admin('resend', ofSink.id)).rejects.toThrow(/Only the warehouse/);
    await expect(admin('resend', '--reason', 'HUB_WAREHOUSE_REFUSED')).rejects.toThrow(/Only the warehouse/);
    await expect(admin('resend')).rejects.toThrow('Name one letter, or a reason.');
  });
});

describe('deliveries that have failed', () => {
  it('are counted by webhook and reason, for a replay of one reason', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/gone');
    flow.receiver.on('/gone', (response) => void response.writeHead(410).end());
    const event = await shop.publish();
    await shop.settled(webhook.id, event.id, 'failed');
    expect(await shop.call('GET', '/failures')).toMatchObject({
      status: 200,
      body: { items: [{ destinationId: webhook.id, error: '410', count: 1 }] },
    });
  });
});
