import type { HubError } from '#errors';
import type { Message, RecordMetadata, TopicMessages } from 'kafkajs';
import type { Appended, OutgoingRecord } from './outgoing-record.ts';

/** A record on its way, and the promise its sender waits for. */
export interface Pending {
  record: OutgoingRecord;
  bytes: number;
  resolve: (appended: Appended) => void;
  reject: (error: HubError) => void;
  timer: NodeJS.Timeout | undefined;
  isSettled: boolean;
}

/** kafkajs is quadratic in the records of one partition a send: 1,000 take 3.5 ms, 10,000 take 288 ms. */
const MAX_RECORDS = 250;
/** A partition's records travel as one batch, which must stay under the topic's `max.message.bytes` (1 MiB). */
const MAX_BYTES = 900 * 1024;

/** Removes the next records to send from the front of the queue; those past their deadline are dropped. */
export function takeChunk(waiting: Pending[]): Pending[] {
  const chunk: Pending[] = [];
  let bytes = 0;
  let taken = 0;
  for (const pending of waiting) {
    const isFull = chunk.length >= MAX_RECORDS || (chunk.length > 0 && bytes + pending.bytes > MAX_BYTES);
    if (isFull) break;
    taken += 1;
    if (pending.isSettled) continue;
    chunk.push(pending);
    bytes += pending.bytes;
  }
  waiting.splice(0, taken);
  return chunk;
}

/** A send's messages, and which record each was made of. */
export interface Chunk {
  topicMessages: TopicMessages[];
  messages: Map<Pending, Message>;
}

/** Groups records by topic, in their order. */
export function toChunk(records: readonly Pending[]): Chunk {
  const messages = new Map(records.map((pending) => [pending, toMessage(pending.record)]));
  const byTopic = Map.groupBy(messages, ([{ record }]) => record.topic);
  const topicMessages = [...byTopic].map(([topic, group]) => ({
    topic,
    messages: group.map(([, message]) => message),
  }));
  return { topicMessages, messages };
}

function toMessage({ key, value, headers }: OutgoingRecord): Message {
  return headers === undefined ? { key, value } : { key, value, headers };
}

/** When each partition's share of a send was appended. */
export function appendTimes(
  metadata: readonly RecordMetadata[],
): (topic: string, partition: number | undefined) => Appended {
  const times = new Map(
    metadata.map(({ topicName, partition, logAppendTime }) => [
      `${topicName}/${partition}`,
      Number(logAppendTime ?? -1),
    ]),
  );
  return (topic, partition) => {
    const atMs = times.get(`${topic}/${partition}`) ?? -1;
    return { atMs: atMs < 0 ? undefined : atMs };
  };
}
