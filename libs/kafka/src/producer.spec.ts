import type { Kafka, Message, ProducerBatch, ProducerConfig, RecordMetadata } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLog } from '#log';
import { Producer } from './producer.ts';

const TOO_LARGE = Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
const MiB = 1024 * 1024;

interface Send {
  keys: string[];
  topics: string[];
  acks: number | undefined;
}

/** A kafkajs client that notes what is sent. `answer` decides what becomes of a send. */
function createCluster(answer: (keys: readonly string[]) => Promise<void> | void = () => {}) {
  const sends: Send[] = [];
  const clients: { config: ProducerConfig; isConnected: boolean }[] = [];
  const metadataOf = (topic: string): RecordMetadata[] => [
    { topicName: topic, partition: 0, errorCode: 0, logAppendTime: '1000' },
    { topicName: topic, partition: 1, errorCode: 0, logAppendTime: '2000' },
  ];
  const sendBatch = async (config: ProducerConfig, { topicMessages = [], acks }: ProducerBatch) => {
    const partitionOf = config.createPartitioner?.();
    const messages = topicMessages.flatMap(({ messages: all, topic }) =>
      all.map((message) => ({ topic, message })),
    );
    for (const { topic, message } of messages)
      partitionOf?.({ topic, message, partitionMetadata: PARTITIONS });
    const keys = messages.map(({ message }) => keyOf(message));
    sends.push({ keys, topics: topicMessages.map(({ topic }) => topic), acks });
    await answer(keys);
    return topicMessages.flatMap(({ topic }) => metadataOf(topic));
  };
  const kafka = {
    producer: (config: ProducerConfig) => {
      const client = { config, isConnected: false };
      clients.push(client);
      return {
        connect: async () => void (client.isConnected = true),
        disconnect: async () => void (client.isConnected = false),
        sendBatch: (batch: ProducerBatch) => sendBatch(config, batch),
      };
    },
  } as unknown as Kafka;
  const producer = new Producer(kafka, createLog('test', { level: 'silent' }));
  return { producer, sends, clients };
}

const PARTITIONS = [0, 1].map((partitionId) => ({
  partitionId,
  leader: 1,
  replicas: [1],
  isr: [1],
  partitionErrorCode: 0,
}));
const keyOf = ({ key }: Message) => String(key);
const record = (key: string, fields = {}) => ({ topic: 't', key, value: Buffer.from('x'), ...fields });
/** What became of a promise: its value's or error's code, or that it still waits. */
function follow(sent: Promise<unknown>) {
  const fate = { is: 'waiting' };
  sent.then(
    () => (fate.is = 'appended'),
    (error: { code?: string }) => (fate.is = error.code ?? 'failed'),
  );
  return fate;
}
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a producer', () => {
  it('is idempotent, waits for all replicas and keeps one request under way', async () => {
    const { producer, sends, clients } = createCluster();
    await producer.connect();
    void producer.send(record('a'));
    await pass();
    expect(clients.map(({ config }) => config)).toMatchObject([
      { idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false },
    ]);
    expect(sends[0]?.acks).toBe(-1);
  });

  it('sends together what one turn of the event loop brings, grouped by topic', async () => {
    const { producer, sends } = createCluster();
    for (const key of ['a', 'b', 'c']) void producer.send(record(key));
    void producer.send(record('d', { topic: 'u' }));
    await pass();
    expect(sends).toMatchObject([{ keys: ['a', 'b', 'c', 'd'], topics: ['t', 'u'] }]);
  });

  it('gathers what comes while a send is under way, for the next one', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { producer, sends } = createCluster((keys) => (keys.includes('a') ? promise : undefined));
    const first = follow(producer.send(record('a')));
    await pass();
    for (const key of ['b', 'c', 'd']) void producer.send(record(key));
    await pass(100);
    expect([sends.length, first.is]).toEqual([1, 'waiting']);
    resolve();
    await pass();
    expect(sends.map(({ keys }) => keys)).toEqual([['a'], ['b', 'c', 'd']]);
    expect(first.is).toBe('appended');
  });

  it('lets a record linger for company, and then sends all that linger at once', async () => {
    const { producer, sends } = createCluster();
    for (const key of ['a', 'b']) void producer.send(record(key, { lingerMs: 60 }));
    await pass(59);
    expect(sends).toEqual([]);
    await pass(2);
    expect(sends.map(({ keys }) => keys)).toEqual([['a', 'b']]);
  });

  it('sends what lingers as soon as it is hastened, or closed', async () => {
    const { producer, sends } = createCluster();
    void producer.send(record('a', { lingerMs: 60 }));
    producer.hasten();
    await pass();
    void producer.send(record('b', { lingerMs: 60 }));
    const closed = producer.close();
    await pass(20);
    await closed;
    expect(sends.map(({ keys }) => keys)).toEqual([['a'], ['b']]);
  });

  it('waits a moment, after a send of several, for those who had an answer and will have more', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { producer, sends } = createCluster((keys) => (keys.includes('a') ? promise : undefined));
    const first = ['a', 'b', 'c', 'd'].map((key) => producer.send(record(key)));
    await pass();
    void producer.send(record('e'));
    resolve();
    void Promise.all(first).then(() => void producer.send(record('f')));
    await pass(10);
    expect(sends.map(({ keys }) => keys)).toEqual([
      ['a', 'b', 'c', 'd'],
      ['e', 'f'],
    ]);
  });

  it('tells when each record was appended, by the partition it went to', async () => {
    const { producer } = createCluster();
    const times = Promise.all(['k1', 'k2', 'k3', 'k4', 'k5', 'k6'].map((key) => producer.send(record(key))));
    await pass();
    const seen = new Set((await times).map(({ atMs }) => atMs));
    expect([...seen].toSorted((a, b) => Number(a) - Number(b))).toEqual([1_000, 2_000]);
  });
});

describe('a record that Kafka refuses', () => {
  it('is found among the others, which are sent, in their order', async () => {
    const { producer, sends } = createCluster((keys) => {
      if (keys.includes('bad')) throw TOO_LARGE;
    });
    const fates = ['a', 'b', 'bad', 'c', 'd'].map((key) => follow(producer.send(record(key))));
    await pass();
    expect(fates.map(({ is }) => is)).toEqual([
      'appended',
      'appended',
      'HUB_RECORD_REFUSED',
      'appended',
      'appended',
    ]);
    expect(sends.at(-1)?.keys).toEqual(['c', 'd']);
    expect(producer.isHealthy).toBe(true);
  });
});

describe('an outage', () => {
  it('makes the producer unhealthy; a new one sends the same records, in order, until it ends', async () => {
    let failures = 3;
    const { producer, sends, clients } = createCluster(() => {
      if (failures-- > 0) throw new Error('no broker');
    });
    await producer.connect();
    const fates = ['a', 'b'].map((key) => follow(producer.send(record(key))));
    await pass();
    const late = follow(producer.send(record('c')));
    expect(producer.isHealthy).toBe(false);
    await pass(10_000);
    expect([...fates, late].map(({ is }) => is)).toEqual(['appended', 'appended', 'appended']);
    expect(sends.map(({ keys }) => keys)).toEqual([['a', 'b'], ['a', 'b'], ['a', 'b'], ['a', 'b'], ['c']]);
    expect(clients.map(({ isConnected }) => isConnected)).toEqual([false, false, false, true]);
    expect(producer.isHealthy).toBe(true);
  });

  it('ends a record at its deadline, which is not sent any more; one without waits', async () => {
    let isAway = true;
    const { producer, sends } = createCluster(() => {
      if (isAway) throw new Error('no broker');
    });
    const hurried = follow(producer.send(record('hurried', { deadlineMs: 200 })));
    const patient = follow(producer.send(record('patient')));
    await pass(199);
    const second = follow(producer.send(record('second', { deadlineMs: 100 })));
    expect(hurried.is).toBe('waiting');
    await pass(1);
    expect([hurried.is, patient.is]).toEqual(['HUB_KAFKA_UNAVAILABLE', 'waiting']);
    await pass(5_000);
    isAway = false;
    await pass(5_000);
    expect([second.is, patient.is]).toEqual(['HUB_KAFKA_UNAVAILABLE', 'appended']);
    expect(sends.at(-1)?.keys).toEqual(['patient']);
  });

  it('refuses at once what would fill the memory, unless its sender waits for ever', async () => {
    const { producer } = createCluster(() => Promise.reject(new Error('no broker')));
    const value = Buffer.alloc(40 * MiB);
    const first = follow(producer.send(record('a', { value, deadlineMs: 60_000 })));
    const second = follow(producer.send(record('b', { value, deadlineMs: 60_000 })));
    const patient = follow(producer.send(record('c', { value })));
    await pass();
    expect([first.is, second.is, patient.is]).toEqual(['waiting', 'HUB_KAFKA_UNAVAILABLE', 'waiting']);
    await pass(60_000);
    // What was given up makes room again.
    expect(first.is).toBe('HUB_KAFKA_UNAVAILABLE');
    const later = follow(producer.send(record('d', { value: Buffer.alloc(20 * MiB), deadlineMs: 60_000 })));
    await pass();
    expect(later.is).toBe('waiting');
  });
});

describe('a producer that closes', () => {
  it('sends what waits before it disconnects, and takes nothing more', async () => {
    const { producer, clients } = createCluster();
    await producer.connect();
    const sent = follow(producer.send(record('a')));
    const closed = producer.close();
    await pass(10);
    await closed;
    expect([sent.is, clients[0]?.isConnected]).toEqual(['appended', false]);
    await expect(producer.send(record('b'))).rejects.toMatchObject({ code: 'HUB_KAFKA_UNAVAILABLE' });
  });

  it('rejects, after its time, what could not be sent', async () => {
    const { producer } = createCluster(() => Promise.reject(new Error('no broker')));
    const fates = ['a', 'b'].map((key) => follow(producer.send(record(key))));
    await pass();
    const late = follow(producer.send(record('c')));
    const closed = producer.close(1_000);
    await pass(10_000);
    await closed;
    for (const { is } of [...fates, late]) expect(is).toBe('HUB_KAFKA_UNAVAILABLE');
  });
});
