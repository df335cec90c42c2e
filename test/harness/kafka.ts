import { Kafka, logLevel, type KafkaMessage, type Producer } from 'kafkajs';

/** A plain Kafka client of a test: what a stranger on the same cluster could do. */
export async function connectStranger(brokers: readonly string[]): Promise<{
  producer: Producer;
  read: (topic: string) => Promise<KafkaMessage[]>;
  end: () => Promise<void>;
}> {
  const kafka = new Kafka({
    clientId: 'stranger',
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries: 8 },
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  const admin = kafka.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  return {
    producer,
    read: (topic) => readAll(kafka, topic),
    end: async () => {
      await Promise.all([producer.disconnect(), admin.disconnect()]);
    },
  };
}

/** Everything that is in a topic now. */
async function readAll(kafka: Kafka, topic: string): Promise<KafkaMessage[]> {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const open = new Map(
    ends
      .filter(({ high, low }) => Number(high) > Number(low))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
  if (open.size === 0) return [];
  const consumer = kafka.consumer({ groupId: `stranger-${crypto.randomUUID()}`, maxWaitTimeInMs: 50 });
  const found: KafkaMessage[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const { promise: done, resolve } = Promise.withResolvers<void>();
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      found.push(...batch.messages);
      if (Number(batch.lastOffset()) + 1 >= (open.get(batch.partition) ?? 0)) open.delete(batch.partition);
      if (open.size === 0) resolve();
    },
  });
  await done;
  await consumer.disconnect();
  return found;
}
