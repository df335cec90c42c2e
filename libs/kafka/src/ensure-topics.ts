import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#log';
import { HubError } from '#errors';
import type { Admin, ITopicConfig, ITopicMetadata } from 'kafkajs';
import { createClient, type KafkaSettings } from './connect.ts';
import { CHANNELS, workerTopics, type Topics } from './topics.ts';

const COMPACTED = [
  { name: 'cleanup.policy', value: 'compact' },
  { name: 'min.cleanable.dirty.ratio', value: '0.1' },
  { name: 'segment.ms', value: '3600000' },
];

/** Records bear the broker's clock, so that what is on two topics can be put in order. */
const STAMPED = { name: 'message.timestamp.type', value: 'LogAppendTime' };

/** A dead letter holds a whole record, which may be as large as its own topic takes (1 MiB), its key twice, and why. */
const DEAD_LETTER_BYTES = { name: 'max.message.bytes', value: String(5 * 1_024 * 1_024) };

const TIMEOUT_MS = 30_000;
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/**
 * Creates the topics that are missing, and checks that a channel's topics agree in their partition count, without
 * which a destination would not live in one worker.
 * @returns names of the topics it created
 * @throws HubError HUB_TOPICS_MISMATCHED
 */
export async function ensureTopics(settings: KafkaSettings, topics: Topics, log: Log): Promise<string[]> {
  const admin = createClient(settings, 'hub-topics', log).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = describeTopics(settings, topics).filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0)
      await admin.createTopics({ topics: missing, waitForLeaders: false, timeout: TIMEOUT_MS });
    const created = missing.map(({ topic }) => topic);
    const metadata = await awaitTopics(admin, [...new Set([...created, ...coPartitioned(topics)])]);
    const agreeing = new Set(coPartitioned(topics));
    requireSamePartitions(metadata.filter(({ name }) => agreeing.has(name)));
    return created;
  } finally {
    await admin.disconnect();
  }
}

/**
 * The controller answers before the brokers know of a new topic: until they do, they say that there is none, which
 * kafkajs' own `waitForLeaders` takes for final.
 */
async function awaitTopics(admin: Admin, names: string[]): Promise<ITopicMetadata[]> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return (await admin.fetchTopicMetadata({ topics: names })).topics;
    } catch (error) {
      if (!NOT_YET.has((error as { type?: string }).type ?? '') || Date.now() > deadline) throw error;
      await delay(50);
    }
  }
}

function coPartitioned(topics: Topics): string[] {
  return [...CHANNELS.flatMap((channel) => workerTopics(topics[channel])), topics.attempts];
}

function describeTopics(settings: KafkaSettings, topics: Topics): ITopicConfig[] {
  const durable = [{ name: 'min.insync.replicas', value: String(settings.KAFKA_MIN_INSYNC_REPLICAS) }];
  const retained = [...durable, { name: 'retention.ms', value: String(settings.KAFKA_EVENT_RETENTION) }];
  const stamped = [...retained, STAMPED];
  const shape = (
    names: readonly string[],
    configEntries: { name: string; value: string }[],
  ): ITopicConfig[] =>
    names.map((topic) => ({
      topic,
      numPartitions: settings.KAFKA_PARTITIONS,
      replicationFactor: settings.KAFKA_REPLICATION_FACTOR,
      configEntries,
    }));
  return [
    ...shape(topics.allEvents, stamped),
    ...shape(
      [topics.eventsDead, ...CHANNELS.map((channel) => topics[channel].dead)],
      [...retained, DEAD_LETTER_BYTES],
    ),
    ...shape(coPartitioned(topics), stamped),
    ...shape([topics.destinations, topics.lanes, topics.erasures], [...durable, STAMPED, ...COMPACTED]),
  ];
}

function requireSamePartitions(metadata: ITopicMetadata[]): void {
  const counts = metadata.map(({ name, partitions }) => `${name} has ${partitions.length}`);
  if (new Set(metadata.map(({ partitions }) => partitions.length)).size <= 1) return;
  throw new HubError(
    'HUB_TOPICS_MISMATCHED',
    `Delivery topics must have the same number of partitions: ${counts.join(', ')}`,
  );
}
