import { HubError } from '#errors';
import { createTopics, type Appended, type OutgoingRecord } from '#kafka';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistryServer, type RegistryServer } from '../../../test/harness/registry-server.ts';
import { EVENT_CATALOGUE } from './catalogue.ts';
import { Codec } from './codec.ts';
import { isUuid } from './is-uuid.ts';
import { parseData } from './parse-data.ts';
import { createPublisher, type PublishableType } from './publisher.ts';
import { eventDecoder, readEvent } from './read-event.ts';

const NOW = 1_749_470_400_000;
const WHO = {
  tenantId: '0197b29f-0a52-7c18-b3e4-5d6f7a8b9c01',
  projectId: '0197b2a0-6b3c-7d29-84f5-1e2d3c4b5a06',
};
const EXPERIMENT = '0197b2a4-3c10-7a55-9d6e-5b1f0c2a7e41';
const VISITOR = '5f3c1f0e-6c1d-4f0a-9f57-2a1f7f0c9b3e';
const FLAG = '0197b2b0-7f20-7d1a-8c35-6e9b0a4f2d78';

let registry: RegistryServer;
let codec: Codec;
beforeAll(async () => {
  registry = await startRegistryServer();
  codec = await Codec.connect(registry.settings);
});
afterAll(() => registry.close());

function setUp(send?: (record: OutgoingRecord) => Promise<Appended>) {
  const sent: OutgoingRecord[] = [];
  const keep = async (record: OutgoingRecord) => {
    sent.push(record);
    return { atMs: undefined };
  };
  const topics = createTopics('t.', []);
  const publisher = createPublisher({ codec, producer: { send: send ?? keep }, topics, now: () => NOW });
  return { sent, publisher };
}

function dataOf(type: PublishableType): never {
  const parsed = parseData(type, EVENT_CATALOGUE.find((entry) => entry.type === type)?.example);
  if (!parsed.ok) throw new Error(parsed.field);
  return parsed.data as never;
}

describe('publish', () => {
  it.each<[PublishableType, string, string]>([
    ['experiment.created', 't.hub.events.experiment', EXPERIMENT],
    ['experiment.started', 't.hub.events.experiment', EXPERIMENT],
    ['experiment.paused', 't.hub.events.experiment', EXPERIMENT],
    ['experiment.finished', 't.hub.events.experiment', EXPERIMENT],
    ['experiment.published', 't.hub.events.experiment', EXPERIMENT],
    ['experiment.winner_detected', 't.hub.events.experiment', EXPERIMENT],
    ['experiment.exposure', 't.hub.events.conversion', VISITOR],
    ['experiment.conversion', 't.hub.events.conversion', VISITOR],
    ['feature_flag.exposed', 't.hub.events.conversion', VISITOR],
    ['ces.response_created', 't.hub.events.survey', '0197b2c1-5a30-7f44-9b02-1d7e8c6f3a90'],
    ['feature_flag.created', 't.hub.events.feature-flag', FLAG],
    ['feature_flag.updated', 't.hub.events.feature-flag', FLAG],
    ['usage.limit_reached', 't.hub.events.account', WHO.tenantId],
    ['billing.plan_changed', 't.hub.events.account', WHO.tenantId],
  ])('sends %s to %s under the key %s', async (type, topic, key) => {
    const { sent, publisher } = setUp();
    const { id } = await publisher.publish(type, { ...WHO, data: dataOf(type) });
    expect(isUuid(id) && id[14]).toBe('7');
    const headers = { 'accept-by': String(NOW + 9_000), 'event-id': id };
    expect(sent).toEqual([{ topic, key, value: expect.any(Buffer), headers, deadlineMs: 10_000 }]);
    expect(codec.decode(sent[0]?.value ?? Buffer.alloc(0)).value).toMatchObject({
      id,
      ...WHO,
      createdAt: NOW,
    });
  });

  it('keeps the id, the time and the trace context that it is given', async () => {
    const { sent, publisher } = setUp();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const event = { ...WHO, id: EXPERIMENT, createdAt: 5, traceparent, data: dataOf('billing.plan_changed') };
    await publisher.publish('billing.plan_changed', event, { timeoutMs: 1_500 });
    expect(sent[0]).toMatchObject({
      deadlineMs: 1_500,
      headers: { 'accept-by': String(NOW + 1_350), traceparent },
    });
    expect(codec.decode(sent[0]?.value ?? Buffer.alloc(0)).value).toMatchObject({
      id: EXPERIMENT,
      createdAt: 5,
    });
  });

  it('rejects what does not fit the schema, and sends nothing', async () => {
    const { sent, publisher } = setUp();
    const event = { ...WHO, data: { ...(dataOf('billing.plan_changed') as object), planKey: 5 } as never };
    await expect(publisher.publish('billing.plan_changed', event)).rejects.toMatchObject({
      code: 'HUB_EVENT_INVALID',
      message: expect.stringContaining('data.planKey'),
    });
    expect(sent).toEqual([]);
  });

  it.each([
    { atMs: NOW + 9_000, isTaken: true },
    { atMs: NOW + 9_001, isTaken: false },
  ])('refuses what Kafka appended after it was wanted, as consumers do: $atMs', async ({ atMs, isTaken }) => {
    const { publisher } = setUp(() => Promise.resolve({ atMs }));
    const published = publisher.publish('billing.plan_changed', {
      ...WHO,
      data: dataOf('billing.plan_changed'),
    });
    if (isTaken) await published;
    else await expect(published).rejects.toMatchObject({ code: 'HUB_KAFKA_UNAVAILABLE' });
  });

  it('passes on that Kafka did not take it', async () => {
    const { publisher } = setUp(() => Promise.reject(new HubError('HUB_KAFKA_UNAVAILABLE', 'gone')));
    const event = { ...WHO, data: dataOf('billing.plan_changed') };
    await expect(publisher.publish('billing.plan_changed', event)).rejects.toMatchObject({
      code: 'HUB_KAFKA_UNAVAILABLE',
    });
  });
});

describe('an event that is small as Avro and too large as JSON', () => {
  it('is refused before it is sent', async () => {
    const { sent, publisher } = setUp();
    const variant = { variantId: '', variantKey: '', name: '', isControl: false, weight: 1 };
    const variants = Array.from({ length: 20_000 }, () => variant);
    const data = { ...(dataOf('experiment.created') as object), variants } as never;
    await expect(publisher.publish('experiment.created', { ...WHO, data })).rejects.toMatchObject({
      code: 'HUB_RECORD_REFUSED',
    });
    expect(sent).toEqual([]);
  });
});

describe('readEvent', () => {
  const message = async (acceptBy: string | undefined, timestampMs: number) => {
    const { sent, publisher } = setUp();
    await publisher.publish('billing.plan_changed', { ...WHO, data: dataOf('billing.plan_changed') });
    const decoded = eventDecoder(codec).decode(sent[0]?.value ?? Buffer.alloc(0));
    const headers: Record<string, Buffer> =
      acceptBy === undefined ? {} : { 'accept-by': Buffer.from(acceptBy) };
    return { decoded, headers, timestampMs };
  };

  it.each([
    [undefined, NOW, 'event'],
    [String(NOW), NOW, 'event'],
    [String(NOW), NOW + 1, 'refused'],
    ['soon', NOW, 'event'],
    ['', NOW, 'event'],
  ])('with accept-by %s and appended at %i: %s', async (acceptBy, timestampMs, kind) => {
    expect(readEvent(await message(acceptBy, timestampMs))).toMatchObject({ kind });
  });

  it("calls the hub's own records undecodable on an event topic", () => {
    const lane = {
      destinationId: FLAG,
      enabledEpoch: 1,
      consecutiveFailures: 0,
      disabledAt: null,
      updatedAt: NOW,
    };
    expect(() => eventDecoder(codec).decode(codec.encode('hub.pipeline.LaneState', lane))).toThrow(
      expect.objectContaining({ code: 'HUB_RECORD_UNDECODABLE' }),
    );
  });
});
