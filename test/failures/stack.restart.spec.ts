import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataDir } from '../harness/own-stack.ts';
import { startStack, type Stack } from '../../tools/stack/start-stack.ts';

const folder = createDataDir();
let stack: Stack;

const start = () => startStack({ dataDir: folder.dataDir });

beforeAll(async () => {
  stack = await start();
}, 120_000);

afterAll(async () => {
  await stack?.stop();
  folder.remove();
}, 60_000);

describe('the embedded stack', () => {
  it(
    'keeps topics, schemas and rows when it is stopped and started again',
    { timeout: 120_000 },
    async () => {
      await createTopic('kept');
      await query('create table kept as select 7 as answer');
      const id = await registerSchema('kept-value');
      const before = await clusterId();
      const { brokers, databaseUrl, registryUrl } = stack;

      await stack.stop();
      expect(stack.pids).toEqual({ kafka: [], registry: undefined, postgres: undefined });
      stack = await start();

      expect(stack).toMatchObject({ brokers, databaseUrl, registryUrl });
      expect(await clusterId()).toBe(before);
      expect(await topics()).toContain('kept');
      expect(await query('select answer from kept')).toEqual([{ answer: 7 }]);
      expect(await registerSchema('kept-value')).toBe(id);
    },
  );

  it('keeps what was written when its parts are killed and started again', { timeout: 120_000 }, async () => {
    await createTopic('killed');
    await query('create table killed as select 8 as answer');

    for (const part of [stack.registry, stack.postgres, stack.kafka]) {
      await part.kill('SIGKILL');
      expect(part.pid).toBeUndefined();
    }
    await stack.postgres.start();
    await Promise.all([stack.kafka.start(), stack.registry.start()]);

    expect(await topics()).toContain('killed');
    expect(await query('select answer from killed')).toEqual([{ answer: 8 }]);
  });

  it('hangs and goes on at SIGSTOP and SIGCONT', { timeout: 60_000 }, async () => {
    await stack.postgres.kill('SIGSTOP');
    await expect(query('select 1')).rejects.toThrow(/timeout/);
    await stack.postgres.kill('SIGCONT');
    expect(await query('select 1 as one')).toEqual([{ one: 1 }]);
  });
});

async function withAdmin<T>(work: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: stack.brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

const topics = () => withAdmin((admin) => admin.listTopics());
const createTopic = (topic: string) => withAdmin((admin) => admin.createTopics({ topics: [{ topic }] }));
const clusterId = () => withAdmin(async (admin) => (await admin.describeCluster()).clusterId);

async function query(text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: stack.databaseUrl, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function registerSchema(subject: string): Promise<number> {
  const response = await fetch(`${stack.registryUrl}/subjects/${subject}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: '{"type":"record","name":"Kept","fields":[]}' }),
    signal: AbortSignal.timeout(20_000),
  });
  return ((await response.json()) as { id: number }).id;
}
