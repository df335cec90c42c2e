import { randomUUID } from 'node:crypto';
import { Codec, RECORD_NAMES, Registry, type LaneState } from '#events';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { registerSchemas } from '../../tools/register-schemas.ts';

const settings = {
  SCHEMA_REGISTRY_URL: inject('registryUrl'),
  SCHEMA_REGISTRY_USERNAME: undefined,
  SCHEMA_REGISTRY_PASSWORD: undefined,
};
const lane: LaneState = {
  destinationId: '0197b2c8-4e11-7a3d-9c50-8f2e6d1b7a04',
  enabledEpoch: 1,
  consecutiveFailures: 3,
  disabledAt: null,
  updatedAt: 1_749_470_400_000,
};

function schema(name: string, ...fields: object[]): string {
  return JSON.stringify({ type: 'record', name, namespace: 'test', fields });
}

beforeAll(() => registerSchemas(settings, () => {}));

describe('the registry', () => {
  it('has every schema after registering, and registering again changes nothing', async () => {
    const lines: string[] = [];
    await expect(registerSchemas(settings, (line) => lines.push(line))).resolves.toBe(0);
    expect(lines).toEqual([]);
    await expect(Codec.connect(settings)).resolves.toBeInstanceOf(Codec);
    expect(RECORD_NAMES.length).toBeGreaterThanOrEqual(21);
  });

  it('tells which version of its subject a schema is', async () => {
    const registry = new Registry(settings);
    const name = `R${randomUUID().replaceAll('-', '')}`;
    const later = schema(name, { name: 'added', type: 'string', default: '' });
    await registry.register(`test.${name}`, schema(name));
    await registry.register(`test.${name}`, later);
    expect(await registry.findVersion(`test.${name}`, later)).toBe(2);
    expect(await registry.findVersion(`test.${randomUUID()}`, later)).toBeUndefined();
  });

  it('lets one process read what another wrote', async () => {
    const [writer, reader] = await Promise.all([Codec.connect(settings), Codec.connect(settings)]);
    const record = writer.encode('hub.pipeline.LaneState', lane);
    expect(reader.decode(record)).toEqual({ name: 'hub.pipeline.LaneState', value: lane });
  });

  it('says that it does not have an id', async () => {
    const codec = await Codec.connect(settings);
    const record = codec.encode('hub.pipeline.LaneState', lane);
    record.writeUInt32BE(2_000_000_000, 1);
    await codec.learn([record]);
    expect(() => codec.decode(record)).toThrow(expect.objectContaining({ code: 'HUB_SCHEMA_UNKNOWN' }));
  });

  it('gives the schema of somebody else, which the hub then does not know', async () => {
    const name = `R${randomUUID().replaceAll('-', '')}`;
    const registration = await new Registry(settings).register(`test.${name}`, schema(name));
    expect(registration).toMatchObject({ kind: 'registered' });
    const record = Buffer.alloc(5);
    record.writeUInt32BE(registration.kind === 'registered' ? registration.id : 0, 1);
    const codec = await Codec.connect(settings);
    await codec.learn([record]);
    expect(() => codec.decode(record)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(name) }),
    );
  });

  it('refuses a schema that cannot read its earlier versions, the oldest included', async () => {
    const registry = new Registry(settings);
    const name = `R${randomUUID().replaceAll('-', '')}`;
    const versions = [
      [schema(name, { name: 'a', type: 'string' }), 'registered'],
      [schema(name, { name: 'b', type: 'int' }), 'refused'],
      [schema(name), 'registered'],
      // Reads the version before, but not the first one.
      [schema(name, { name: 'a', type: 'int', default: 0 }), 'refused'],
      [schema(name, { name: 'a', type: ['null', 'string'], default: null }), 'registered'],
    ] as const;
    for (const [text, kind] of versions) {
      expect(await registry.register(`test.${name}`, text), text).toMatchObject({ kind });
    }
    await expect(registry.findId(`test.${name}`, versions[0][0])).resolves.toBeTypeOf('number');
    await expect(registry.findId(`test.${name}`, versions[1][0])).resolves.toBeUndefined();
  });
});
