/** A service that publishes through Kafka with the hub's SDK. */
import { loadConfig } from '#config';
import { Codec, createPublisher, type Publisher } from '#events';
import { connectProducer, createTopics } from '#kafka';
import { createLog } from '#log';
import { serve } from './child/serve.ts';
import { publishAll, type Load } from './publish-all.ts';
import { sampleData, SAMPLE_TYPE, type Mark } from './sample-event.ts';

/** Events go to the projects in turn. */
interface Target {
  projects: readonly { tenantId: string; projectId: string }[];
}

// A record may wait behind many others when the load is as fast as it goes.
const TIMEOUT_MS = 60_000;

const publisher = await connect();
let projects: Target['projects'] = [];
let isStopped = false;

serve<{ target: Target; publish: Load; stop: null }>({
  target: (target) => {
    ({ projects } = target);
  },
  publish: (load) => {
    isStopped = false;
    return publishAll(
      load,
      ([mark]) => publishOne(mark),
      () => isStopped,
    );
  },
  stop: () => {
    isStopped = true;
  },
});

async function publishOne(mark: Mark | undefined): Promise<void> {
  if (mark === undefined) return;
  const project = projects[mark.number % projects.length];
  if (project === undefined) throw new Error('There is no target yet');
  await publisher.publish(SAMPLE_TYPE, { ...project, data: sampleData(mark) }, { timeoutMs: TIMEOUT_MS });
}

async function connect(): Promise<Publisher> {
  const config = loadConfig(['kafka', 'registry', 'delivery']);
  const log = createLog('bench', { level: 'warn' });
  const producer = await connectProducer(config.kafka, 'bench', log);
  const topics = createTopics(config.kafka.KAFKA_TOPIC_PREFIX, config.delivery.RETRY_DELAYS);
  return createPublisher({ codec: await Codec.connect(config.registry), producer, topics });
}
