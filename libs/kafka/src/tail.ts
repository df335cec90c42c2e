import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '#log';
import { SHORT_RETRY, createClient, type KafkaSettings } from './connect.ts';
import { findEnds } from './find-ends.ts';
import { toRawRecord, type RawRecord } from './message.ts';
import { runConsumer } from './run-consumer.ts';

/** Which end of which partition to read. */
export interface TailOptions {
  settings: KafkaSettings;
  topic: string;
  partitions: readonly number[];
  /** Everything from here on is read … */
  sinceMs: number;
  /** … and at least this many records before the end … */
  minRecords: number;
  /** … but never more than this many a partition. */
  maxRecords: number;
}

const TIMEOUT_MS = 30_000;

/** Reads the end of some partitions once, up to where they end now. @throws Error when that takes over 30 s */
export async function readTail(
  options: TailOptions,
  visit: (record: RawRecord) => void,
  log: Log,
): Promise<void> {
  const kafka = createClient(options.settings, `${options.topic}.tail`, log);
  const groupId = `${options.topic}.tail.${randomUUID()}`;
  const admin = kafka.admin();
  await admin.connect();
  try {
    const ranges = await findRanges(admin, options);
    if (ranges.size > 0) await readRanges({ kafka, groupId, options, ranges, visit });
    await admin
      .deleteGroups([groupId])
      .catch((error: unknown) => log.debug({ err: error }, 'tail.group_left'));
  } finally {
    await admin.disconnect();
  }
}

type KafkaClient = ReturnType<typeof createClient>;
type Ranges = Map<number, { from: number; to: number }>;

async function findRanges(admin: ReturnType<KafkaClient['admin']>, options: TailOptions): Promise<Ranges> {
  const { topic, partitions, sinceMs, minRecords, maxRecords } = options;
  const ends = await findEnds(admin, topic);
  const since = await admin.fetchTopicOffsetsByTimestamp(topic, sinceMs);
  const ranges: Ranges = new Map();
  for (const { partition, low, high } of ends) {
    const to = Number(high);
    const at = Number(since.find((entry) => entry.partition === partition)?.offset ?? to);
    const from = Math.max(Number(low), to - maxRecords, Math.min(at < 0 ? to : at, to - minRecords));
    if (partitions.includes(partition) && from < to) ranges.set(partition, { from, to });
  }
  return ranges;
}

interface Reading {
  kafka: KafkaClient;
  groupId: string;
  options: TailOptions;
  ranges: Ranges;
  visit: (record: RawRecord) => void;
}

async function readRanges({ kafka, groupId, options: { topic }, ranges, visit }: Reading): Promise<void> {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50, retry: SHORT_RETRY });
  const open = new Map(ranges);
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const assigned = payload.memberAssignment[topic] ?? [];
    consumer.pause([{ topic, partitions: assigned.filter((partition) => !ranges.has(partition)) }]);
    for (const [partition, { from }] of open) consumer.seek({ topic, partition, offset: String(from) });
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    const isReading = await runConsumer(consumer, {
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        const range = open.get(batch.partition);
        if (range === undefined) return;
        for (const message of batch.messages) {
          const offset = Number(message.offset);
          if (offset >= range.from && offset < range.to) visit(toRawRecord(topic, batch.partition, message));
        }
        if (Number(batch.lastOffset()) + 1 >= range.to) open.delete(batch.partition);
      },
    });
    if (!isReading) throw new Error(`The end of ${topic} could not be read`);
    const deadline = Date.now() + TIMEOUT_MS;
    while (open.size > 0) {
      if (Date.now() > deadline) throw new Error(`The end of ${topic} was not read within ${TIMEOUT_MS} ms`);
      await delay(5);
    }
  } finally {
    await consumer.disconnect();
  }
}
