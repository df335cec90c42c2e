import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistryServer, type RegistryServer } from '../../../test/harness/registry-server.ts';
import { EVENT_CATALOGUE } from './catalogue.ts';
import { Codec } from './codec.ts';
import type { Attempt, Destination, EventType, Events } from './generated.ts';
import { parseData } from './parse-data.ts';
import { schemaText } from './schemas.ts';
import type { EventName } from './shape.ts';

let registry: RegistryServer;
let codec: Codec;

beforeAll(async () => {
  registry = await startRegistryServer();
  codec = await Codec.connect(registry.settings);
});
afterAll(() => registry.close());

const envelope = () => ({
  id: randomUUID(),
  tenantId: randomUUID(),
  projectId: randomUUID(),
  createdAt: 1_749_470_400_123,
});

function exampleOf(type: EventType): unknown {
  return EVENT_CATALOGUE.find((entry) => entry.type === type)?.example;
}

function event(type: EventType, data: unknown = exampleOf(type)): Events[EventName] {
  const parsed = parseData(type, data);
  if (!parsed.ok) throw new Error(`${parsed.field} ${parsed.rule}`);
  return { ...envelope(), data: parsed.data } as Events[EventName];
}

function attempt(): Attempt {
  const { id, tenantId, projectId, createdAt: at } = envelope();
  return {
    deliveryId: id,
    eventId: id,
    eventType: 'webhook.test',
    tenantId,
    projectId,
    destinationId: id,
    acceptedAt: at,
    number: 1,
    startedAt: at,
    durationMs: 12,
    url: 'https://example.com/hook',
    outcome: 'rejected',
    errorClass: null,
    status: 503,
    requestHeaders: { a: '1', b: '2' },
    responseHeaders: {},
    responseBody: Buffer.from([0, 255]),
    isResponseTruncated: false,
    deliveryStatus: 'retrying',
    nextAttemptAt: at,
    consecutiveFailures: 1,
    disablesDestination: false,
    disabledReason: null,
    enabledEpoch: 1,
    batch: null,
  };
}

function destination(): Destination {
  const { id, tenantId, projectId, createdAt } = envelope();
  return {
    id,
    tenantId,
    projectId,
    kind: 'webhook',
    name: 'Shop',
    url: 'https://example.com/hook',
    eventTypes: ['experiment.*'],
    filter: 'data.revenue > 100',
    transformation: '{ "amount": data.revenue }',
    isEnabled: true,
    enabledEpoch: 1,
    disabledReason: null,
    secret: Buffer.from([1]),
    nextSecret: null,
    nextSecretAt: null,
    config: '{}',
    headers: { 'x-api-key': Buffer.from([2]) },
    rateLimit: null,
    version: 1,
    createdAt,
    updatedAt: createdAt,
  };
}

const idOf = (record: Buffer) => record.readUInt32BE(1);

function withId(record: Buffer, id: number): Buffer {
  const copy = Buffer.from(record);
  copy.writeUInt32BE(id, 1);
  return copy;
}

describe('encode and decode', () => {
  it.each(EVENT_CATALOGUE)('carry the example of $type', ({ type, recordName }) => {
    const value = event(type);
    expect(codec.decode(codec.encode(recordName, value))).toEqual({ name: recordName, value });
  });

  it("carry the hub's own records, bytes and maps included", () => {
    const value = attempt();
    expect(codec.decode(codec.encode('hub.pipeline.Attempt', value)).value).toEqual(value);
  });

  it('carry a record larger than the buffer that is kept for encoding', () => {
    const value = { ...attempt(), responseBody: Buffer.alloc(300_000, 7) };
    expect(codec.decode(codec.encode('hub.pipeline.Attempt', value)).value).toEqual(value);
  });

  it('give bytes of their own, which later records do not change', () => {
    const first = codec.encode('hub.pipeline.Attempt', attempt());
    const copy = Buffer.from(first);
    codec.encode('hub.pipeline.Attempt', { ...attempt(), number: 77 });
    expect(first).toEqual(copy);
  });

  it.each([
    ['a missing field', { ...attempt(), url: undefined }, 'url'],
    ['an id that is no UUID', { ...attempt(), deliveryId: 'x' }, 'deliveryId'],
    ['an unsafe long', { ...attempt(), startedAt: 2 ** 60 }, 'startedAt'],
    ['a string for a number', { ...attempt(), number: '1' }, 'number'],
    ['an unknown symbol', { ...attempt(), outcome: 'lost' }, 'outcome'],
  ])('refuse %s, naming it', (_case, value, field) => {
    expect(() => codec.encode('hub.pipeline.Attempt', value as Attempt)).toThrow(
      expect.objectContaining({ code: 'HUB_EVENT_INVALID', message: expect.stringContaining(field) }),
    );
  });
});

it('refuses to encode a number that JSON cannot say', () => {
  const value = { ...destination(), rateLimit: Number.NaN };
  expect(() => codec.encode('hub.pipeline.Destination', value)).toThrow(
    expect.objectContaining({ code: 'HUB_EVENT_INVALID', message: expect.stringContaining('rateLimit') }),
  );
});

describe('decode', () => {
  const good = () => codec.encode('hub.pipeline.Attempt', attempt());

  it.each<[string, () => Buffer]>([
    ['nothing', () => Buffer.alloc(0)],
    ['less than a header', () => Buffer.from([0, 0, 0, 1])],
    ['JSON', () => Buffer.from('{"id":"1"}')],
    ['a header only', () => good().subarray(0, 5)],
    ['one byte too few', () => good().subarray(0, -1)],
    ['one byte too many', () => Buffer.concat([good(), Buffer.from([0])])],
    ['a payload that is no JSON', () => overwrite('{"device":"mobile"}', '{"device":"mobile"]')],
    [
      'a payload with a number that JSON cannot say',
      () => overwrite('{"device":"mobile"}', '{"dev":-1e400000000}'),
    ],
    ['a revenue that is not a number', () => overwriteRevenue(Number.NaN)],
    ['an infinite revenue', () => overwriteRevenue(Number.POSITIVE_INFINITY)],
    ['a payload that is no object', () => overwrite('{"device":"mobile"}', '["device","mobile"]')],
    ['an id that is no UUID', () => overwrite('5f3c1f0e-6c1d', '5f3c1f0eX6c1d')],
  ])('calls %s undecodable', (_case, bytes) => {
    expect(() => codec.decode(bytes())).toThrow(expect.objectContaining({ code: 'HUB_RECORD_UNDECODABLE' }));
  });

  it('refuses any cut and any flipped byte with a HubError, at once', () => {
    const names = ['hub.events.CesResponseCreated', 'hub.events.ExperimentCreated'] as const;
    const records = [
      good(),
      codec.encode(names[0], event('ces.response_created') as Events[(typeof names)[0]]),
      codec.encode(names[1], event('experiment.created') as Events[(typeof names)[1]]),
    ];
    for (const bytes of records.flatMap(damaged)) {
      try {
        codec.decode(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^HUB_/) });
      }
    }
  });

  it('does not believe a count of items beyond what the bytes can hold', () => {
    const value = event('ces.response_created') as Events['hub.events.CesResponseCreated'];
    const none = { ...value, data: { ...value.data, assignments: [] } };
    // The array is the last field: the zero that ends it gives way to a count of 2^31.
    const head = codec.encode('hub.events.CesResponseCreated', none).subarray(0, -1);
    const bytes = Buffer.concat([head, Buffer.from([0x80, 0x80, 0x80, 0x80, 0x10]), Buffer.alloc(40)]);
    const before = process.memoryUsage().rss;
    expect(() => codec.decode(bytes)).toThrow(expect.objectContaining({ code: 'HUB_RECORD_UNDECODABLE' }));
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  function overwriteRevenue(revenue: number): Buffer {
    const was = Buffer.alloc(8);
    was.writeDoubleLE(59.9);
    const bytes = codec.encode('hub.events.ExperimentConversion', event('experiment.conversion') as never);
    bytes.writeDoubleLE(revenue, bytes.indexOf(was));
    return bytes;
  }

  function overwrite(text: string, by: string): Buffer {
    const bytes = codec.encode('hub.events.ExperimentExposure', event('experiment.exposure') as never);
    bytes.write(by, bytes.indexOf(text));
    return bytes;
  }
});

function damaged(bytes: Buffer): Buffer[] {
  const cuts = Array.from(bytes, (_byte, i) => bytes.subarray(0, i));
  const flips = Array.from(bytes, (byte, i) =>
    [0x80, 0xff, 0x01].map((mask) => {
      const copy = Buffer.from(bytes);
      copy[i] = byte ^ mask;
      return copy;
    }),
  );
  return [...cuts, ...flips.flat()];
}

describe('learn', () => {
  it('reads what an earlier version wrote in the shape of now', async () => {
    const now = JSON.parse(schemaText('hub.events.ExperimentPaused')) as {
      fields: { name: string; type: { fields: { name: string }[] } }[];
    };
    const data = now.fields.find((field) => field.name === 'data');
    if (data) data.type.fields = data.type.fields.filter((field) => field.name !== 'reason');
    const id = registry.add('hub.events.ExperimentPaused', JSON.stringify(now));
    const value = event('experiment.paused') as Events['hub.events.ExperimentPaused'];
    const written = codec.encode('hub.events.ExperimentPaused', {
      ...value,
      data: { ...value.data, reason: null },
    });
    // The last byte is the null of the optional reason, which the earlier version did not have.
    const old = withId(written.subarray(0, -1), id);
    await codec.learn([old]);
    expect(codec.decode(old).value).toEqual({ ...value, data: { ...value.data, reason: null } });
  });

  it('reads a double from what an earlier version wrote as an int', async () => {
    const text = schemaText('hub.pipeline.Destination').replace(/"double"/g, '"int"');
    const value: Destination = { ...destination(), rateLimit: 5 };
    const id = registry.add('hub.pipeline.Destination', text);
    const old = codec.encode('hub.pipeline.Destination', value);
    const five = Buffer.alloc(8);
    five.writeDoubleLE(5);
    const at = old.indexOf(five);
    const written = Buffer.concat([old.subarray(0, at), Buffer.from([10]), old.subarray(at + 8)]);
    const record = withId(written, id);
    await codec.learn([record]);
    expect(codec.decode(record).value).toEqual(value);
  });

  it('asks once for an id, however many records and callers have it', async () => {
    const id = registry.add('hub.events.WebhookTest', `${schemaText('hub.events.WebhookTest')} `);
    const record = withId(codec.encode('hub.events.WebhookTest', event('webhook.test') as never), id);
    registry.requests.length = 0;
    await Promise.all([codec.learn([record, record]), codec.learn([record])]);
    await codec.learn([record]);
    expect(registry.requests).toEqual([`GET /schemas/ids/${id}`]);
    expect(codec.decode(record).name).toBe('hub.events.WebhookTest');
  });

  it.each<[string, () => number, string]>([
    ['the registry does not have', () => 4_000_000_000, 'does not have it'],
    [
      'names a record of somebody else',
      () => registry.add('x', '{"type":"record","name":"x.Y","fields":[]}'),
      'x.Y',
    ],
    ['holds no usable schema', () => registry.add('x', '{"type":"nonsense"}'), 'nonsense'],
    [
      'cannot be read by ours',
      () => registry.add('x', '{"type":"record","name":"hub.events.WebhookTest","fields":[]}'),
      'field',
    ],
  ])('leaves an id that %s to decode, and does not ask again at once', async (_case, makeId, reason) => {
    const record = withId(codec.encode('hub.pipeline.Attempt', attempt()), makeId());
    await codec.learn([record]);
    registry.requests.length = 0;
    await codec.learn([record]);
    expect(registry.requests).toEqual([]);
    expect(() => codec.decode(record)).toThrow(
      expect.objectContaining({ code: 'HUB_SCHEMA_UNKNOWN', message: expect.stringContaining(reason) }),
    );
  });

  it.each([401, 400, 503])(
    'tells a registry that answers %i from a schema that is not there',
    async (status) => {
      const id = registry.add(
        'hub.events.WebhookTest',
        `${schemaText('hub.events.WebhookTest')}${' '.repeat(status)}`,
      );
      const record = withId(codec.encode('hub.events.WebhookTest', event('webhook.test') as never), id);
      registry.failWith(status);
      await expect(codec.learn([record])).rejects.toMatchObject({ code: 'HUB_REGISTRY_UNAVAILABLE' });
      registry.failWith(undefined);
      await codec.learn([record]);
      expect(codec.decode(record).name).toBe('hub.events.WebhookTest');
    },
  );
});

describe('connect', () => {
  it('says which schemas are missing and what to run', async () => {
    const empty = await startRegistryServer({ isEmpty: true });
    await expect(Codec.connect(empty.settings)).rejects.toMatchObject({
      code: 'HUB_SCHEMA_UNKNOWN',
      message: expect.stringMatching(/hub\.pipeline\.Delivery.*schemas:register/),
    });
    await empty.close();
  });

  it('calls a registry that is not there unavailable', async () => {
    const gone = await startRegistryServer();
    await gone.close();
    await expect(Codec.connect(gone.settings)).rejects.toMatchObject({ code: 'HUB_REGISTRY_UNAVAILABLE' });
  });

  it('takes the id of its own version, though a newer one is there', async () => {
    const newer = await startRegistryServer();
    newer.add('hub.pipeline.Attempt', '{"type":"record","name":"hub.pipeline.Attempt","fields":[]}');
    const record = (await Codec.connect(newer.settings)).encode('hub.pipeline.Attempt', attempt());
    expect(idOf(record)).toBe(idOf(codec.encode('hub.pipeline.Attempt', attempt())));
    await newer.close();
  });
});
