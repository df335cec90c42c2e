import { attemptKey, type ReadRecent } from '#delivery';
import { HubError } from '#errors';
import type { Attempt, Codec, LaneState } from '#events';
import { Table, readTail, type KafkaSettings, type RawRecord, type Topics } from '#kafka';
import type { Log } from '#log';
import { decoderOf } from '../decoder-of.ts';

/** Also read of a quiet partition, so that an event published twice is known for longer than the queue is deep. */
const MIN_RECENT = 500;
const MAX_RECENT = 50_000;

/** What workers left behind on the topics: the state of each lane, and which attempts were made lately. */
export interface LaneMemory {
  states: ReadonlyMap<string, LaneState>;
  readRecent: ReadRecent;
}

/** Where to read, and what to be told to do at the end. */
export interface LaneSources {
  settings: KafkaSettings;
  topics: Topics;
  codec: Codec;
  log: Log;
  onClose: (close: () => Promise<void>) => void;
}

/** Follows the lane states from now on; one table serves every channel of a process. */
export async function followLanes(sources: LaneSources): Promise<LaneMemory> {
  const { settings, topics, codec, log } = sources;
  const states = new Map<string, LaneState>();
  const apply = (id: string, state: LaneState | undefined) =>
    void (state === undefined ? states.delete(id) : states.set(id, state));
  const table = new Table(
    {
      settings,
      topic: topics.lanes,
      decoder: decoderOf(codec, 'hub.pipeline.LaneState'),
      apply,
    },
    log,
  );
  await table.start();
  sources.onClose(() => table.stop());
  const readRecent: ReadRecent = async (partitions, visit, sinceMs) => {
    await table.catchUp();
    const range = { sinceMs, minRecords: MIN_RECENT, maxRecords: MAX_RECENT };
    const records: RawRecord[] = [];
    await readTail(
      { settings, topic: topics.attempts, partitions, ...range },
      (record) => records.push(record),
      log,
    );
    await codec.learn(records.flatMap(({ value }) => (value === null ? [] : [value])));
    for (const { partition, value } of records) {
      const attempt = value === null ? undefined : readAttempt(codec, value);
      if (attempt !== undefined) visit(partition, attemptKey(attempt.deliveryId, attempt.number));
    }
  };
  return { states, readRecent };
}

/** What is no attempt, or can't be read, says of no delivery that it was sent. */
function readAttempt(codec: Codec, value: Buffer): Attempt | undefined {
  try {
    const { name, value: decoded } = codec.decode(value);
    return name === 'hub.pipeline.Attempt' ? decoded : undefined;
  } catch (error) {
    if (error instanceof HubError) return undefined;
    throw error;
  }
}
