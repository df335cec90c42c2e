import { randomUUID } from 'node:crypto';
import avro from 'avsc';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRegistryServer, type RegistryServer } from '../../../test/harness/registry-server.ts';
import { findEventType } from './catalogue.ts';
import { Codec } from './codec.ts';
import type { CesResponseCreated } from './generated.ts';
import { schemaText } from './schemas.ts';
import { toBody } from './to-body.ts';
import { WrittenEvents } from './written-events.ts';

const NAME = 'hub.events.CesResponseCreated';
const SUBMITTED_AT = 1_749_470_400_000;

let registry: RegistryServer;
let codec: Codec;
beforeAll(async () => {
  registry = await startRegistryServer();
  codec = await Codec.connect(registry.settings);
});
afterAll(() => registry.close());

const sample = () => ({
  ...{ id: randomUUID(), tenantId: randomUUID(), projectId: randomUUID(), createdAt: SUBMITTED_AT },
  data: { ...findEventType('ces.response_created')?.example, submittedAt: SUBMITTED_AT },
});

interface Schema {
  fields: { name: string; type: unknown; default?: unknown }[];
}

/** A record of another version of the schema. */
function written(change: (data: Schema) => void, data: object): Buffer {
  const schema = JSON.parse(schemaText(NAME)) as Schema;
  change(schema.fields.find(({ name }) => name === 'data')?.type as Schema);
  const id = registry.add(`test.${randomUUID()}`, JSON.stringify(schema));
  const type = avro.Type.forSchema(schema as unknown as avro.Schema, { wrapUnions: false });
  const event = sample();
  const body = type.toBuffer({ ...event, data: { ...event.data, ...data } });
  const header = Buffer.alloc(5);
  header.writeUInt32BE(id, 1);
  return Buffer.concat([header, body]);
}

async function read(...buffers: Buffer[]) {
  const events = new WrittenEvents(registry.settings, new Set(['ces.response_created']));
  await events.learn(buffers);
  return buffers.map((buffer) => events.decode(buffer));
}

describe('an event as it was written', () => {
  it('has the fields and the body of its own version of the schema', async () => {
    const event = sample() as unknown as CesResponseCreated;
    const newer = written(
      (data) => data.fields.push({ name: 'device', type: ['null', 'string'], default: null }),
      {
        device: 'phone',
      },
    );
    const [own, other] = await read(codec.encode(NAME, event), newer);
    expect(own).toMatchObject({ type: 'ces.response_created', event });
    expect(own?.body).toBe(toBody(NAME, event).toString());
    expect(own?.shape.fields.map(({ name }) => name)).not.toContain('device');
    expect(other?.shape.fields.at(-1)).toMatchObject({
      ...{ name: 'device', isOptional: true, shape: { kind: 'string' } },
    });
    expect(JSON.parse(other?.body ?? '')).toMatchObject({
      type: 'ces.response_created',
      data: { device: 'phone', submittedAt: '2025-06-09T12:00:00.000Z' },
    });
  });

  it('is undefined when it is of another type, unknown, or not what it says', async () => {
    const lane = codec.encode('hub.pipeline.LaneState', {
      ...{ destinationId: randomUUID(), enabledEpoch: 1, consecutiveFailures: 0 },
      ...{ disabledAt: null, updatedAt: SUBMITTED_AT },
    });
    const whole = codec.encode(NAME, sample() as unknown as CesResponseCreated);
    const unknown = Buffer.alloc(5);
    unknown.writeUInt32BE(2_000_000_000, 1);
    const cut = whole.subarray(0, whole.length - 3);
    expect(await read(lane, unknown, cut, Buffer.from('{}'), Buffer.alloc(0))).toEqual([
      ...[undefined, undefined, undefined, undefined, undefined],
    ]);
  });

  it.each([
    [{ name: 'extra', type: { type: 'map', values: 'string' }, default: {} }, /data\.extra is of type map/],
    [
      { name: 'extra', type: ['null', 'int', 'string'], default: null },
      /data\.extra is a union of several types/,
    ],
  ])('cannot be read while its schema has a field like %j', async (field, message) => {
    const record = written((data) => data.fields.push(field), { extra: field.default });
    await expect(read(record)).rejects.toMatchObject({
      code: 'HUB_SCHEMA_INCOMPATIBLE',
      message: expect.stringMatching(message),
    });
  });
});
