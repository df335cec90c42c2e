import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '#config';
import { HubError } from '#errors';
import { EVENT_CATALOGUE, WrittenEvents, type EventType, type WrittenEvent } from '#events';
import { findOffsets, Table, type Decoder, type Topics } from '#kafka';
import type { Log } from '#log';
import { createDeadLetter, decoderOf, startStage, type AppDefinition, type Runtime } from '#service';
import { ErasureQueue } from './erasure-queue.ts';
import { openWarehouse, selectedTypes } from './open-warehouse.ts';
import { ReportStore } from './report.store.ts';
import { RequestStore } from './request.store.ts';
import { SinkReporter } from './sink-reporter.ts';
import { SinkWriter } from './sink-writer.ts';
import { carryOutRequests } from './carry-out-requests.ts';
import type { Warehouse } from './warehouse.ts';
import { WarehouseSinkModule } from './warehouse-sink.module.ts';

const TAKEN_TIMEOUT_MS = 20_000;

/** Writes events into a warehouse, each exactly once: rows and offsets in one transaction. */
export const warehouseSinkApp: AppDefinition = {
  name: 'warehouse-sink',
  sections: ['warehouse', 'database'],
  start: async (runtime) => {
    const { warehouse: settings } = loadConfig(['warehouse']);
    const types = selectedTypes(settings);
    const log = runtime.log.child({ stage: 'warehouse-sink' });
    const warehouse = await openWarehouse(settings, log);
    await awaitFree(warehouse);
    const topics = topicsOf(types, runtime.topics);
    let reposition = () => {};
    const deadLetter = createDeadLetter(
      await runtime.codec(),
      await runtime.producer('warehouse-sink'),
      runtime.topics.eventsDead,
    );
    const { metrics } = runtime;
    const writer = new SinkWriter({ warehouse, deadLetter, moved: () => reposition(), metrics, log });
    const app = await startStage(runtime, {
      name: 'warehouse-sink',
      module: WarehouseSinkModule.with(writer),
      patterns: { 'hub.events': topics },
      decoder: createDecoder(runtime, types, writer),
      // Nobody waits for a row: larger fetches and loads cost a fraction of many small ones.
      gathering: { gatherMs: 250, fromRecords: 1, enoughRecords: 1_000 },
      // A backlog is read in pieces that a load holds; what is fetched ahead of that only fills the memory.
      partitionFetchBytes: 128 * 1_024,
      maxPending: 3_000,
      positions: (partitions) => writer.positions(partitions),
      drain: (graceMs) => writer.settle(graceMs),
    });
    ({ reposition } = app);
    runtime.health.add('warehouse', () => writer.isHealthy);
    const desk = await openDesk(runtime, {
      target: settings.WAREHOUSE_TARGET,
      writer,
      warehouse,
      topics,
      reposition,
      log,
    });
    return {
      stop: async () => {
        await desk.refuse();
        await app.stop();
        await writer.stop();
        await desk.close();
        await warehouse.close();
      },
    };
  },
};

/**
 * Waits for another process to give a DuckDB file free, before this one takes partitions that it could not write. Any
 * other trouble is for later: it passes, or is mended, while the sink runs.
 * @throws HubError HUB_WAREHOUSE_UNAVAILABLE when the file is still taken after 20 s
 */
async function awaitFree(warehouse: Warehouse): Promise<void> {
  const deadline = Date.now() + TAKEN_TIMEOUT_MS;
  for (;;) {
    try {
      await warehouse.progress();
      return;
    } catch (error) {
      if (!(error instanceof HubError) || error.context['isTaken'] !== true) return;
      if (Date.now() > deadline) throw error;
      await delay(250);
    }
  }
}

interface DeskParts {
  target: string;
  writer: SinkWriter;
  warehouse: Warehouse;
  topics: readonly string[];
  reposition: () => void;
  log: Log;
}

/** What the sink has to do with people: it takes their requests and reports, both through the hub's database. */
async function openDesk(runtime: Runtime, parts: DeskParts) {
  const database = await runtime.database();
  const offsets = await findOffsets(runtime.config.kafka, parts.log);
  const { metrics } = runtime;
  const reporter = new SinkReporter({ ...parts, offsets, metrics, store: new ReportStore(database) });
  const requests = carryOutRequests({ ...parts, offsets, store: new RequestStore(database) });
  const erasures = new ErasureQueue(parts.warehouse, parts.log);
  const table = new Table(
    {
      settings: runtime.config.kafka,
      topic: runtime.topics.erasures,
      decoder: decoderOf(await runtime.codec(), 'hub.pipeline.Erasure'),
      apply: (_id, erasure) => erasure !== undefined && erasures.add(erasure),
    },
    parts.log,
  );
  await table.start();
  runtime.health.add('warehouse-erasures', () => table.isHealthy);
  return {
    refuse: async () => {
      await table.stop();
      await Promise.all([requests.stop(), erasures.stop()]);
    },
    close: async () => {
      await reporter.stop();
      await offsets.close();
    },
  };
}

/** Topics that events of these types are on. */
function topicsOf(types: ReadonlySet<EventType>, topics: Topics): string[] {
  const domains = EVENT_CATALOGUE.filter(({ type }) => types.has(type)).map(({ domain }) => domain);
  return [...new Set(domains)].map((domain) => topics.events[domain]);
}

function createDecoder(
  runtime: Runtime,
  types: ReadonlySet<EventType>,
  writer: SinkWriter,
): Decoder<WrittenEvent | undefined> {
  const events = new WrittenEvents(runtime.config.registry, types);
  return {
    // A schema that makes no table is like a column that cannot be made: the rows wait.
    learn: (values) =>
      events.learn(values).catch((error: unknown) => {
        writer.note(error);
        throw error;
      }),
    decode: (value) => events.decode(value),
  };
}
