/** Fills the survey topic with answers, as fast as Kafka takes them: what a warehouse that was away has to catch up with. */
import { loadConfig } from '#config';
import { Codec } from '#events';
import { connectProducer, createTopics } from '#kafka';
import { createLog } from '#log';
import { serve } from './child/serve.ts';
import { sampleResponse } from './sample-response.ts';

// As many as the producer puts into one send, times what it may have waiting.
const AT_ONCE = 5_000;

const config = loadConfig(['kafka', 'registry', 'delivery']);
const producer = await connectProducer(config.kafka, 'bench', createLog('bench', { level: 'warn' }));
const topic = createTopics(config.kafka.KAFKA_TOPIC_PREFIX, config.delivery.RETRY_DELAYS).events.survey;
const codec = await Codec.connect(config.registry);

serve<{ fill: { count: number; tenantId: string; projectId: string } }>({
  fill: async ({ count, ...owner }) => {
    for (let from = 0; from < count; from += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => from + index);
      await Promise.all(
        numbers.map((number) => {
          const event = sampleResponse(number, owner);
          const value = codec.encode('hub.events.CesResponseCreated', event);
          return producer.send({ topic, key: event.data.surveyId, value });
        }),
      );
    }
    return { bytes: codec.encode('hub.events.CesResponseCreated', sampleResponse(0, owner)).length };
  },
});
