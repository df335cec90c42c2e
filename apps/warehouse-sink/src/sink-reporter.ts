import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '#errors';
import type { OffsetFinder } from '#kafka';
import type { Log } from '#log';
import type { Metrics } from '#service';
import type { ProjectRows, ReportStore, SurveyDay } from './report.store.ts';
import type { SinkWriter } from './sink-writer.ts';
import type { Warehouse } from './warehouse.ts';

interface Parts {
  writer: SinkWriter;
  warehouse: Warehouse;
  offsets: OffsetFinder;
  topics: readonly string[];
  target: string;
  metrics: Pick<Metrics, 'warehouseLag'>;
  store: ReportStore;
  log: Log;
}

const EVERY_MS = 2_000;
/** Counting may take this share of the time, however large the tables grow. */
const COUNT_SHARE = 0.05;
const TREND_DAYS = 90;
const DAY_MS = 86_400_000;

/** Tells the hub's database, every few seconds, how far the sink is and what the warehouse has of each project. */
export class SinkReporter {
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #counted = '';
  #countAgainAt = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  /** Reports once more, so that what it leaves is true. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#countAgainAt = 0;
    await this.#report();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#report();
      await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  async #report(): Promise<void> {
    try {
      await this.#reportPartitions();
      if (Date.now() >= this.#countAgainAt) await this.#reportProjects();
    } catch (error) {
      // Only the report is missing; the sink goes on.
      this.#parts.log.debug({ reason: describeError(error) }, 'sink.report_failed');
    }
  }

  async #reportPartitions(): Promise<void> {
    const { writer, offsets, topics, target, metrics, store } = this.#parts;
    const ends = await offsets.ends(topics);
    const partitions = ends.flatMap(({ topic, partition, offset: end }) => {
      const offset = writer.stored.get(`${topic}/${partition}`);
      if (offset === undefined) return [];
      const writtenUntil = writer.writtenUntil({ topic, partition });
      return [{ topic, partition, offset, lag: Math.max(0, end - offset), writtenUntil }];
    });
    metrics.warehouseLag.set(partitions.reduce((sum, { lag }) => sum + lag, 0));
    if (partitions.length > 0)
      await store.savePartitions(partitions, {
        target,
        isHealthy: writer.isHealthy,
        failure: writer.failure,
      });
  }

  async #reportProjects(): Promise<void> {
    const { writer, warehouse, store } = this.#parts;
    const stands = [...writer.stored].join(';');
    if (stands === this.#counted) return;
    const startedAt = performance.now();
    const tables = await warehouse.query<{ name: string }>(
      'select name from sink_tables where parent is null',
    );
    if (tables.length === 0) return;
    const counts = tables.map(
      ({ name }) =>
        `select cast(project_id as varchar) as id, count(*) as n from ${name} group by project_id`,
    );
    const projects = await warehouse.query<ProjectRows>(
      `select id as "projectId", cast(sum(n) as double precision) as "rows" from (${counts.join(' union all ')}) t group by id`,
    );
    const since = new Date(Date.now() - TREND_DAYS * DAY_MS).toISOString().slice(0, 10);
    const days = tables.some(({ name }) => name === 'ces_responses')
      ? await warehouse.query<SurveyDay>(
          `select cast(project_id as varchar) as "projectId", cast(submitted_on as varchar) as "day",
            cast(sum(responses) as double precision) as "responses",
            sum(average_score * responses) / sum(responses) as "averageScore"
          from ces_by_day where submitted_on >= date '${since}' group by project_id, submitted_on`,
        )
      : [];
    await store.saveProjects(projects, days);
    this.#counted = stands;
    this.#countAgainAt = Date.now() + (performance.now() - startedAt) / COUNT_SHARE;
  }
}
