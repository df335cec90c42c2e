import { loadConfig } from '#config';
import { createTopics, ensureTopics } from '#kafka';
import { createLog } from '#log';

const config = loadConfig(['kafka', 'delivery', 'service']);
const topics = createTopics(config.kafka.KAFKA_TOPIC_PREFIX, config.delivery.RETRY_DELAYS);
const created = await ensureTopics(config.kafka, topics, createLog('create-topics', { level: 'warn' }));
for (const name of created) console.log(`created ${name}`);
console.log(`${created.length} topics created`);
