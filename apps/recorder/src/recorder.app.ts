import { loadConfig } from '#config';
import type { Database } from '#database';
import { CHANNELS } from '#kafka';
import { startStage, type AppDefinition, type Runtime } from '#service';
import { DeadLetterStore } from './dead-letter.store.ts';
import { DigestStore } from './digests/digest.store.ts';
import { runDigests, type RunDigestsOptions } from './digests/run-digests.ts';
import { ErasureStore } from './erasure.store.ts';
import { RecordStore } from './record.store.ts';
import { RecordWriter } from './record-writer.ts';
import { RecorderModule } from './recorder.module.ts';
import { runErasures } from './run-erasures.ts';
import { keepPartitions } from './keep-partitions.ts';

const DIGESTS_EVERY_MS = 5_000;
const PUBLISH_DEADLINE_MS = 10_000;

/** Keeps what people look at: events, deliveries and attempts in PostgreSQL; disables destinations that keep failing; makes digests. */
export const recorderApp: AppDefinition = {
  name: 'recorder',
  sections: ['database', 'retention'],
  start: async (runtime) => {
    const codec = await runtime.codec();
    const database = await runtime.database();
    const store = new RecordStore(database);
    const writer = new RecordWriter((rows) => store.write(rows), runtime.log);
    const { topics } = runtime;
    const erasures = await runtime.erasures();
    const app = await startStage(runtime, {
      name: 'recorder',
      module: RecorderModule.with({ writer, letters: new DeadLetterStore(database), runtime, erasures }),
      patterns: {
        'hub.events': topics.allEvents,
        'hub.deliveries': CHANNELS.map((channel) => topics[channel].deliveries),
        'hub.attempts': [topics.attempts],
        'hub.events.dead': [topics.eventsDead],
      },
      decoder: codec,
      // Nobody waits for a row: larger fetches and statements cost a fraction of many small ones.
      gathering: { gatherMs: 250, fromRecords: 1, enoughRecords: 1_000 },
    });
    runtime.health.add('recorder-writer', () => writer.isHealthy);
    const { RETENTION_DAYS, ERASURE_SETTLE_TIME } = loadConfig(['retention']).retention;
    const stopKeeping = keepPartitions(database, RETENTION_DAYS, runtime.log);
    const stopErasing = runErasures(
      {
        store: new ErasureStore(database),
        erasures,
        settleMs: ERASURE_SETTLE_TIME,
        everyMs: 1_000,
        now: () => new Date(),
      },
      runtime.log,
    );
    const stopDigesting = await startDigests(runtime, database);
    return {
      stop: async () => {
        stopKeeping();
        await Promise.all([stopErasing(), stopDigesting()]);
        await app.stop();
        writer.stop();
      },
    };
  },
};

async function startDigests(runtime: Runtime, database: Database): Promise<() => Promise<void>> {
  const codec = await runtime.codec();
  const producer = await runtime.producer('recorder');
  const publish: RunDigestsOptions['publish'] = (channel, delivery) =>
    producer.send({
      topic: runtime.topics[channel].deliveries,
      key: delivery.destinationId,
      value: codec.encode('hub.pipeline.Delivery', delivery),
      deadlineMs: PUBLISH_DEADLINE_MS,
    });
  const store = new DigestStore(database);
  return runDigests({ store, publish, everyMs: DIGESTS_EVERY_MS, now: () => new Date() }, runtime.log);
}
