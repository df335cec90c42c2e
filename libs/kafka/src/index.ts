export { Consumer, type ConsumerOptions } from './consumer.ts';
export type { KafkaSettings } from './connect.ts';
export { ensureTopics } from './ensure-topics.ts';
export { KafkaServer, type KafkaServerOptions } from './kafka.server.ts';
export type { Batch, Decoder, Message, RawRecord } from './message.ts';
export type { Appended, OutgoingRecord } from './outgoing-record.ts';
export { findOffsets, type OffsetFinder } from './find-offsets.ts';
export type { Position, TopicPartition } from './positioning.ts';
export { Producer, connectProducer } from './producer.ts';
export { Table, type TableOptions } from './table.ts';
export { readTail, type TailOptions } from './tail.ts';
export {
  CHANNELS,
  EVENT_DOMAINS,
  createTopics,
  workerTopics,
  type Channel,
  type ChannelTopics,
  type EventDomain,
  type RetryDelay,
  type Topics,
} from './topics.ts';
