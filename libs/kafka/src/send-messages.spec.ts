import { beforeEach, describe, expect, it } from 'vitest';
import { createSendMessages, type SendingParts } from './send-messages.ts';

type Request = Parameters<Awaited<ReturnType<SendingParts['cluster']['findBroker']>>['produce']>[0] & {
  topicData: {
    topic: string;
    partitions: { partition: number; firstSequence: number; messages: unknown[] }[];
  }[];
};

/** Partition by leader, as far as the producer knows; the brokers' answers are the test's. */
let leaders: Record<number, string>;
let produced: { broker: string; partition: number; firstSequence: number; records: number }[];
/** Errors of the next requests to a broker. */
let failures: Record<string, Error[]>;
/** What a refresh of the metadata finds. */
let refreshed: (() => void)[];

beforeEach(() => {
  leaders = { 0: '1', 1: '2', 2: '3' };
  produced = [];
  failures = {};
  refreshed = [];
});

const connectionClosed = () =>
  Object.assign(new Error('Closed connection'), {
    name: 'KafkaJSConnectionClosedError',
    retriable: true,
    host: 'broker',
    port: 9092,
  });
const protocolError = (type: string, retriable: boolean) =>
  Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type, retriable });

function parts(): SendingParts {
  const sequences = new Map<string, number>();
  return {
    logger: { error: () => undefined },
    cluster: {
      addMultipleTargetTopics: () => Promise.resolve(),
      refreshMetadataIfNecessary: () => Promise.resolve(),
      refreshMetadata: () => Promise.resolve(refreshed.shift()?.()),
      findTopicPartitionMetadata: () => [0, 1, 2].map((partitionId) => ({ partitionId }) as never),
      findLeaderForPartitions: (_topic, partitions) =>
        Object.groupBy(partitions, (partition) => leaders[partition] ?? '-1') as Record<string, number[]>,
      findBroker: ({ nodeId }) => Promise.resolve({ nodeId, produce: (request) => answer(nodeId, request) }),
      removeBroker: () => undefined,
      isConnected: () => true,
      connect: () => Promise.resolve(),
    },
    partitioner: ({ message }) => Number(message.key),
    eosManager: {
      getProducerId: () => 7,
      getProducerEpoch: () => 0,
      isTransactional: () => false,
      getSequence: (topic, partition) => sequences.get(`${topic}/${partition}`) ?? 0,
      updateSequence: (topic, partition, increment) => {
        const key = `${topic}/${partition}`;
        sequences.set(key, (sequences.get(key) ?? 0) + increment);
      },
      acquireBrokerLock: () => Promise.resolve(),
      releaseBrokerLock: () => undefined,
    },
    retrier: (attempt) =>
      new Promise((resolve, reject) => {
        const go = (count: number): void => {
          attempt(reject, count).then(resolve, () => go(count + 1));
        };
        go(0);
      }),
  };
}

function answer(broker: string, request: object) {
  const failure = failures[broker]?.shift();
  if (failure !== undefined) return Promise.reject(failure);
  const { topicData } = request as Request;
  for (const { partitions } of topicData)
    for (const { partition, firstSequence, messages } of partitions)
      produced.push({ broker, partition, firstSequence, records: messages.length });
  return Promise.resolve({
    topics: topicData.map(({ topic, partitions }) => ({
      topicName: topic,
      partitions: partitions.map(({ partition }) => ({
        partition,
        errorCode: 0,
        baseOffset: '0',
        logAppendTime: '5',
      })),
    })),
  });
}

const batch = (...keys: string[]) => ({
  acks: -1,
  topicMessages: [{ topic: 't', messages: keys.map((key) => ({ key, value: 'v' })) }],
});

describe('a send to several leaders', () => {
  it('asks each of them once, and answers for every partition', async () => {
    const results = await createSendMessages(parts())(batch('0', '1', '2', '1'));
    expect(results.map(({ partition }) => partition)).toEqual([0, 1, 2]);
    expect(produced).toEqual([
      { broker: '1', partition: 0, firstSequence: 0, records: 1 },
      { broker: '2', partition: 1, firstSequence: 0, records: 2 },
      { broker: '3', partition: 2, firstSequence: 0, records: 1 },
    ]);
  });

  it('sends a partition that moves to a leader that has answered for its own already', async () => {
    failures = { '2': [connectionClosed()] };
    refreshed = [() => (leaders = { 0: '1', 1: '1', 2: '3' })];
    const results = await createSendMessages(parts())(batch('0', '1', '2'));
    expect(results.map(({ partition }) => partition)).toEqual([0, 1, 2]);
    expect(produced).toEqual([
      { broker: '1', partition: 0, firstSequence: 0, records: 1 },
      { broker: '3', partition: 2, firstSequence: 0, records: 1 },
      { broker: '1', partition: 1, firstSequence: 0, records: 1 },
    ]);
  });

  it('repeats a share under the number of its first try, and goes on from there', async () => {
    failures = { '2': [connectionClosed(), protocolError('NOT_LEADER_FOR_PARTITION', true)] };
    const send = createSendMessages(parts());
    await send(batch('1', '1'));
    await send(batch('1'));
    expect(produced.map(({ firstSequence, records }) => [firstSequence, records])).toEqual([
      [0, 2],
      [2, 1],
    ]);
  });

  it('waits for a leader while a partition has none', async () => {
    const found = parts();
    leaders = { 0: '-1' };
    refreshed = [() => undefined, () => (leaders = { 0: '2' })];
    const { findBroker } = found.cluster;
    found.cluster.findBroker = ({ nodeId }) =>
      nodeId === '-1'
        ? Promise.reject(
            Object.assign(new Error('No such broker'), { name: 'KafkaJSBrokerNotFound', retriable: true }),
          )
        : findBroker({ nodeId });
    await createSendMessages(found)(batch('0'));
    expect(produced).toEqual([{ broker: '2', partition: 0, firstSequence: 0, records: 1 }]);
  });

  it('gives up what Kafka will never take', async () => {
    failures = { '1': [protocolError('MESSAGE_TOO_LARGE', false)] };
    await expect(createSendMessages(parts())(batch('0'))).rejects.toThrow('MESSAGE_TOO_LARGE');
  });
});
