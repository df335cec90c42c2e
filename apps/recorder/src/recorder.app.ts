import { loadConfig } from '#config';
import { CHANNELS } from '#kafka';
import { startStage, type AppDefinition } from '#service';
import { ErasureStore } from './erasure.store.ts';
import { RecordStore } from './record.store.ts';
import { RecordWriter } from './record-writer.ts';
import { RecorderModule } from './recorder.module.ts';
import { runErasures } from './run-erasures.ts';
import { keepPartitions } from './keep-partitions.ts';

/** Keeps what people look at: events, deliveries and attempts in PostgreSQL; disables destinations that keep failing. */
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
      module: RecorderModule.with({ writer, runtime, erasures }),
      patterns: {
        'hub.events': topics.allEvents,
        'hub.deliveries': CHANNELS.map((channel) => topics[channel].deliveries),
        'hub.attempts': [topics.attempts],
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
    return {
      stop: async () => {
        stopKeeping();
        await stopErasing();
        await app.stop();
        writer.stop();
      },
    };
  },
};
