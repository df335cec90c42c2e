import type { Message, PartitionMetadata, PartitionerArgs, ProducerBatch, RecordMetadata } from 'kafkajs';

/** What kafkajs gives to the part that sends; only what is used of it. */
export interface SendingParts {
  logger: { error: (message: string, context: object) => void };
  cluster: Cluster;
  partitioner: (choice: PartitionerArgs) => number;
  eosManager: Sequences;
  /** Tries again, after a pause, whatever throws and is not bailed out of; `bail` makes the whole reject. */
  retrier: <T>(attempt: (bail: (error: Error) => void, retryCount: number) => Promise<T>) => Promise<T>;
}

interface Cluster {
  addMultipleTargetTopics: (topics: string[]) => Promise<void>;
  refreshMetadataIfNecessary: () => Promise<void>;
  refreshMetadata: () => Promise<void>;
  findTopicPartitionMetadata: (topic: string) => PartitionMetadata[];
  /** Partitions by the id of their leader. */
  findLeaderForPartitions: (topic: string, partitions: number[]) => Record<string, number[]>;
  findBroker: (node: { nodeId: string }) => Promise<Broker>;
  removeBroker: (address: { host: string; port: number }) => void;
  isConnected: () => boolean;
  connect: () => Promise<void>;
}

interface Broker {
  nodeId: string;
  produce: (request: object) => Promise<{ topics: { topicName: string; partitions: PartitionResult[] }[] }>;
}
type PartitionResult = Omit<RecordMetadata, 'topicName'>;

/** kafkajs' keeper of an idempotent producer's id and sequence numbers. */
interface Sequences {
  getProducerId: () => number;
  getProducerEpoch: () => number;
  isTransactional: () => boolean;
  getSequence: (topic: string, partition: number) => number;
  updateSequence: (topic: string, partition: number, increment: number) => void;
  acquireBrokerLock: (broker: Broker) => Promise<void>;
  releaseBrokerLock: (broker: Broker) => void;
}

interface KafkaError extends Error {
  retriable?: boolean;
  host?: string;
  port?: number;
}

/** The records of a send that go to one partition. */
interface Share {
  topic: string;
  partition: number;
  messages: Message[];
  acknowledged: RecordMetadata | undefined;
}

/**
 * kafkajs' sending, in which it is a partition that is acknowledged. Its own keeps acknowledgements a broker: when a
 * partition moves, in the middle of a send, to a broker that has answered for its others, its records are taken for
 * sent and are lost (kafkajs #1798).
 */
export function createSendMessages(parts: SendingParts): (batch: ProducerBatch) => Promise<RecordMetadata[]> {
  const { cluster, retrier, eosManager } = parts;
  if (eosManager.isTransactional()) throw new Error('This producer has no transactions');
  return (batch) => {
    const topicMessages = batch.topicMessages ?? [];
    let shares: Share[] | undefined;
    return retrier(async (bail, retryCount) => {
      try {
        await cluster.addMultipleTargetTopics(topicMessages.map(({ topic }) => topic));
        await cluster.refreshMetadataIfNecessary();
        // Once: a record that changed its partition between two tries could be appended to both.
        shares ??= topicMessages.flatMap(({ topic, messages }) => toShares(parts, topic, messages));
        await sendOpen(parts, batch, shares);
        return shares.flatMap(({ acknowledged }) => acknowledged ?? []);
      } catch (error) {
        await recover(parts, error as KafkaError, { bail, retryCount });
        return [];
      }
    });
  };
}

function toShares({ cluster, partitioner }: SendingParts, topic: string, messages: Message[]): Share[] {
  const partitionMetadata = cluster.findTopicPartitionMetadata(topic);
  if (partitionMetadata.length === 0)
    throw Object.assign(new Error(`Nothing is known of the partitions of ${topic} yet`), {
      name: 'KafkaJSMetadataNotLoaded',
      retriable: true,
    });
  const groups = Map.groupBy(messages, (message) => partitioner({ topic, partitionMetadata, message }));
  return [...groups].map(([partition, group]) => ({
    topic,
    partition,
    messages: group,
    acknowledged: undefined,
  }));
}

/** Sends each leader its shares that are not acknowledged yet; throws the first failure once all have answered. */
async function sendOpen(parts: SendingParts, batch: ProducerBatch, shares: readonly Share[]): Promise<void> {
  const open = shares.filter(({ acknowledged }) => acknowledged === undefined);
  const byLeader = Map.groupBy(open, ({ topic, partition }) => {
    const [leader = '-1'] = Object.keys(parts.cluster.findLeaderForPartitions(topic, [partition]));
    return leader;
  });
  const sent = await Promise.allSettled(
    [...byLeader].map(([nodeId, ofLeader]) => sendTo(parts, batch, nodeId, ofLeader)),
  );
  const failed = sent.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function sendTo(
  { cluster, eosManager }: SendingParts,
  { acks, timeout, compression }: ProducerBatch,
  nodeId: string,
  shares: readonly Share[],
): Promise<void> {
  const broker = await cluster.findBroker({ nodeId });
  await eosManager.acquireBrokerLock(broker);
  try {
    const topicData = [...Map.groupBy(shares, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
      topic,
      partitions: ofTopic.map(({ partition, messages }) => ({
        partition,
        firstSequence: eosManager.getSequence(topic, partition),
        messages,
      })),
    }));
    const { topics } = await broker.produce({
      producerId: eosManager.getProducerId(),
      producerEpoch: eosManager.getProducerEpoch(),
      acks,
      timeout,
      compression,
      topicData,
    });
    // Only now: a share that is sent again must carry the number that the broker may know it by.
    for (const { topic, partition, messages } of shares)
      eosManager.updateSequence(topic, partition, messages.length);
    acknowledge(shares, topics);
  } finally {
    eosManager.releaseBrokerLock(broker);
  }
}

type Answered = Awaited<ReturnType<Broker['produce']>>['topics'];

function acknowledge(shares: readonly Share[], topics: Answered): void {
  for (const share of shares) {
    const answered = topics
      .find(({ topicName }) => topicName === share.topic)
      ?.partitions.find(({ partition }) => partition === share.partition);
    share.acknowledged = answered && { topicName: share.topic, ...answered };
  }
}

interface Try {
  bail: (error: Error) => void;
  retryCount: number;
}

/** @throws what is to be tried again; bails out of the rest */
async function recover(
  { cluster, logger }: SendingParts,
  error: KafkaError,
  { bail, retryCount }: Try,
): Promise<void> {
  const { name, message, host, port, retriable = false } = error;
  if (name === 'KafkaJSConnectionClosedError' && host !== undefined && port !== undefined)
    cluster.removeBroker({ host, port });
  logger.error(`Failed to send messages: ${message}`, { retryCount });
  if (!retriable) return bail(error);
  // Whatever it was, leaders may have changed; a broker that stands still says nothing of it.
  if (!cluster.isConnected()) await cluster.connect();
  await cluster.refreshMetadata();
  throw error;
}
