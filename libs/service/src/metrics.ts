import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What a process counts: one counter and one histogram a unit of work, named like its log line. */
export class Metrics {
  readonly registry = new Registry();
  readonly eventsAccepted = this.#counter('hub_event_accepted_total', 'Events accepted over HTTP', ['type']);
  readonly eventsDispatched = this.#counter(
    'hub_event_dispatched_total',
    'Events matched against destinations',
    [],
  );
  readonly deliveriesDispatched = this.#counter(
    'hub_delivery_dispatched_total',
    'Deliveries written for events',
    [],
  );
  readonly filterFailures = this.#counter(
    'hub_filter_failed_total',
    'Events for which a filter had no answer, and which so did not match',
    [],
  );
  readonly transformationFailures = this.#counter(
    'hub_transformation_failed_total',
    'Deliveries that have failed because their transformation made no body',
    [],
  );
  readonly attempts = this.#counter('hub_delivery_attempted_total', 'Attempts by outcome', ['outcome']);
  readonly recordsWritten = this.#counter('hub_record_written_total', 'Rows written by the recorder', [
    'kind',
  ]);
  readonly warehouseRows = this.#counter('hub_sink_written_total', 'Events written to the warehouse', []);
  readonly warehouseSeconds = this.#histogram(
    'hub_sink_written_seconds',
    'Length of writes to the warehouse',
  );
  readonly warehouseLag = new Gauge({
    name: 'hub_sink_lag_records',
    help: 'Records between what the warehouse has and the end of its topics',
    registers: [this.registry],
  });
  readonly attemptSeconds = this.#histogram(
    'hub_delivery_attempted_seconds',
    'Length of attempts, from name lookup to the last byte',
  );
  readonly deliverySeconds = this.#histogram(
    'hub_delivery_latency_seconds',
    'From acceptance of the event to its first delivered attempt',
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ name, help, buckets: SECONDS, registers: [this.registry] });
  }
}
