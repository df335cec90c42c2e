import {
  DeliveryEngine,
  Erasures,
  PartitionHomes,
  RoutingTable,
  type Batching,
  type DeliveryEngineOptions,
  type Exchange,
  type Outcome,
  type ReadRecent,
  type Sent,
} from '#delivery';
import type { Delivery, LaneState } from '#events';
import { createTopics, type Batch, type Message } from '#kafka';
import { createLog } from '#log';
import { sampleDelivery, sampleDestination } from './pipeline-samples.ts';
import { createRecordingProducer, settled, type RecordingProducer } from './recording-producer.ts';

/** A request that the engine has started. */
export interface StartedRequest {
  /** Of a batch, its first. */
  delivery: Delivery;
  /** Ids of all that it carries. */
  ids: string[];
  isCut: () => boolean;
  /** Ends it, and waits for what the engine does then. */
  end: (outcome: Outcome, dropped?: Exchange) => Promise<void>;
}

/** What a test may set. */
export interface TestEngineOptions {
  policy?: Partial<DeliveryEngineOptions['policy']>;
  states?: LaneState[];
  readRecent?: ReadRecent;
  /** How deliveries are gathered into one request; they are not unless given. */
  batches?: Batching['policyOf'];
  /** Whether a cut ends a request at once, as a real one does. */
  obeysCut?: boolean;
}

/** An engine between a recording producer and requests that a test ends itself. */
export interface TestEngine extends RecordingProducer {
  engine: DeliveryEngine;
  topics: DeliveryEngineOptions['topics'];
  routing: RoutingTable;
  erasures: Erasures;
  requests: StartedRequest[];
  clock: { ms: number };
  /** Hands over deliveries as one batch, and waits for what can be done at once. */
  accept: (
    deliveries: readonly Partial<Delivery>[],
    from?: Partial<Batch<Delivery>> & { timestampMs?: number },
  ) => Promise<void>;
  /** Delivery ids whose messages were finished, in that order. */
  finished: string[];
  /** Delivery ids that were handed back, and until when. */
  returned: [id: string, untilMs: number][];
}

/** When the clock of a test engine starts. */
export const TEST_NOW = 1_750_000_000_000;

const DELAYS = [
  { name: '1m', ms: 60_000 },
  { name: '5m', ms: 300_000 },
];
const EXCHANGE: Exchange = {
  startedAtMs: TEST_NOW,
  durationMs: 5,
  url: 'https://receiver.test/hook',
  errorClass: null,
  status: null,
  requestHeaders: {},
  responseHeaders: {},
  responseBody: Buffer.alloc(0),
  isResponseTruncated: false,
};
const POLICY = { maxConcurrency: 64, pauseFailures: 10, probeSpacingMs: 0, maxQueued: 1_000 };

/** Makes one that owns partition 0 under assignment 1 and knows the sample destination. */
export function createTestEngine(options: TestEngineOptions = {}): TestEngine {
  const { policy, states = [], readRecent = () => Promise.resolve(), obeysCut = true } = options;
  const recording = createRecordingProducer();
  const all = createTopics('', DELAYS);
  const topics = { ...all.webhook, attempts: all.attempts, lanes: all.lanes, news: all.events.news };
  const routing = new RoutingTable();
  const erasures = new Erasures();
  const { requests, send, sendBatch } = requestsOf(obeysCut);
  const clock = { ms: TEST_NOW };
  const engine = new DeliveryEngine(
    {
      topics,
      policy: { ...POLICY, ...policy },
      producer: recording.producer,
      codec: recording.codec,
      routing,
      isForgotten: (delivery) => erasures.covers(delivery),
      laneState: (id) => states.find(({ destinationId }) => destinationId === id),
      homes: new PartitionHomes(readRecent, () => clock.ms),
      send,
      batching: options.batches && { policyOf: options.batches, send: sendBatch },
      onAttempt: () => {},
      now: () => clock.ms,
    },
    createLog('test', { level: 'silent' }),
  );
  routing.apply(sampleDestination().id, sampleDestination());
  engine.assigned(new Map([[0, 1]]));
  const batches = batchesFor(engine, topics.deliveries);
  return { ...recording, engine, topics, routing, erasures, requests, clock, ...batches };
}

interface Requests {
  requests: StartedRequest[];
  send: DeliveryEngineOptions['send'];
  sendBatch: Batching['send'];
}

function requestsOf(obeysCut: boolean): Requests {
  const requests: StartedRequest[] = [];
  const start = (delivery: Delivery, ids: string[], signal: AbortSignal) =>
    new Promise<Sent>((resolve) => {
      const end = (outcome: Outcome, dropped: Exchange | null = null) => {
        resolve({ outcome, exchange: EXCHANGE, dropped });
        return settled();
      };
      const cut = () => void end({ kind: 'interrupted', isFault: false, wasSent: true });
      if (obeysCut) signal.addEventListener('abort', cut, { once: true });
      requests.push({ delivery, ids, isCut: () => signal.aborted, end });
    });
  return {
    requests,
    send: (delivery, _destination, signal) => start(delivery, [delivery.id], signal),
    sendBatch: ({ deliveries }, _destination, signal) => {
      const ids = deliveries.map(({ id }) => id);
      return start(deliveries[0] as Delivery, ids, signal);
    },
  };
}

function batchesFor(
  engine: DeliveryEngine,
  topic: string,
): Pick<TestEngine, 'accept' | 'finished' | 'returned'> {
  const finished: string[] = [];
  const returned: [string, number][] = [];
  const accept: TestEngine['accept'] = async (deliveries, from = {}) => {
    const place = { topic, partition: 0, ...from };
    const messages = deliveries.map((fields, offset): Message<Delivery> => {
      const decoded = sampleDelivery(fields);
      const raw = { timestampMs: TEST_NOW, ...place, offset, key: null, value: null, headers: {} };
      return { ...raw, decoded, finish: () => void finished.push(decoded.id) };
    });
    const returnUntil: Batch<Delivery>['returnUntil'] = ({ decoded }, untilMs) =>
      void returned.push([decoded.id, untilMs]);
    await engine.accept({ ...place, assignmentId: 1, ...from, messages, returnUntil });
    await settled();
  };
  return { accept, finished, returned };
}
