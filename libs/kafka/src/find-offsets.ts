import type { Log } from '#log';
import { createClient, type KafkaSettings } from './connect.ts';
import type { Position } from './positioning.ts';

/** Answers where topics begin, end, and stood at a time. */
export interface OffsetFinder {
  /** Where each partition ends now: the offset that the next record gets. */
  ends: (topics: readonly string[]) => Promise<Position[]>;
  /** The first record of each partition from that time on (Unix ms), or its end. */
  since: (topics: readonly string[], ms: number) => Promise<Position[]>;
  close: () => Promise<void>;
}

/** Connects what answers questions about offsets. */
export async function findOffsets(settings: KafkaSettings, log: Log): Promise<OffsetFinder> {
  const admin = createClient(settings, 'hub-offsets', log).admin();
  await admin.connect();
  const each = async (
    topics: readonly string[],
    ask: (topic: string) => Promise<{ partition: number; offset: string }[]>,
  ): Promise<Position[]> => {
    const answers = await Promise.all(topics.map(async (topic) => ({ topic, entries: await ask(topic) })));
    return answers.flatMap(({ topic, entries }) =>
      entries.map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) })),
    );
  };
  return {
    ends: (topics) => each(topics, (topic) => admin.fetchTopicOffsets(topic)),
    since: (topics, ms) => each(topics, (topic) => admin.fetchTopicOffsetsByTimestamp(topic, ms)),
    close: () => admin.disconnect(),
  };
}
