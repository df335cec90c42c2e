import { attemptKey, type ReadRecent } from '#delivery';
import { HubError } from '#errors';
import type { Attempt, Codec, LaneState } from '#events';
import { Table, readTail, type RawRecord } from '#kafka';
import { decoderOf, type Runtime } from '#service';

/** Also read of a quiet partition, so that an event published twice is known for longer than the queue is deep. */
const MIN_RECENT = 500;
const MAX_RECENT = 50_000;

/** What workers left behind on the topics: the state of each lane, and which attempts were made lately. */
export async function followLanes(
  runtime: Runtime,
): Promise<{ states: ReadonlyMap<string, LaneState>; readRecent: ReadRecent }> {
  const { config, topics, log } = runtime;
  const codec = await runtime.codec();
  const states = new Map<string, LaneState>();
  const apply = (id: string, state: LaneState | undefined) =>
    void (state === undefined ? states.delete(id) : states.set(id, state));
  const table = new Table(
    {
      settings: config.kafka,
      topic: topics.lanes,
      decoder: decoderOf(codec, 'hub.pipeline.LaneState'),
      apply,
    },
    log,
  );
  await table.start();
  runtime.onClose(() => table.stop());
  const readRecent: ReadRecent = async (partitions, visit, sinceMs) => {
    await table.catchUp();
    const range = { sinceMs, minRecords: MIN_RECENT, maxRecords: MAX_RECENT };
    const records: RawRecord[] = [];
    await readTail(
      { settings: config.kafka, topic: topics.attempts, partitions, ...range },
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
