import { HubError } from '#errors';
import type { Appended, OutgoingRecord, Topics } from '#kafka';
import { v7 as uuidv7 } from 'uuid';
import { findEventType, type NewsType } from './catalogue.ts';
import type { Codec } from './codec.ts';
import type { EventOf, EventType, Events } from './generated.ts';
import { ACCEPT_BY_HEADER, EVENT_ID_HEADER } from './headers.ts';
import type { EventName } from './shape.ts';
import { MAX_BODY_BYTES, toBody } from './to-body.ts';

/** Types that services publish; `webhook.test` and the news are the hub's own. */
export type PublishableType = Exclude<EventType, 'webhook.test' | NewsType>;

/** An event as a service hands it over. */
export interface NewEvent<T extends EventType> {
  /** UUID; by default a new UUIDv7. Publishing the same id again gives no second delivery. */
  id?: string;
  tenantId: string;
  projectId: string;
  /** When it happened, Unix ms; by default now. */
  createdAt?: number;
  data: EventOf<T>['data'];
  /** W3C trace context that goes along as a header. */
  traceparent?: string;
}

/** What the publisher needs of libs/kafka. */
export interface PublisherOptions {
  codec: Pick<Codec, 'encode'>;
  producer: { send: (record: OutgoingRecord) => Promise<Appended> };
  topics: Pick<Topics, 'events'>;
  now?: () => number;
}

/** How product services publish events. */
export interface Publisher {
  /**
   * Resolves once Kafka has the event on all in-sync replicas. One that was refused is never delivered: its record,
   * should Kafka append it after all, says until when it was wanted.
   * @throws HubError HUB_EVENT_INVALID, HUB_RECORD_REFUSED when it is too large, HUB_KAFKA_UNAVAILABLE after
   * `timeoutMs` (10 s by default)
   */
  publish: <T extends PublishableType>(
    type: T,
    event: NewEvent<T>,
    options?: { timeoutMs?: number },
  ) => Promise<{ id: string }>;
}

const TIMEOUT_MS = 10_000;
/** JSON names each field: a record of empty strings grows to almost twenty times its Avro. */
const SURELY_SMALL_BYTES = MAX_BODY_BYTES / 20;
/** The rest of the time is for the acknowledgement of a record that was appended at the last moment. */
const APPEND_SHARE = 0.9;

/** A publisher over the process's one producer. */
export function createPublisher({ codec, producer, topics, now = Date.now }: PublisherOptions): Publisher {
  return {
    publish: async (type, event, { timeoutMs = TIMEOUT_MS } = {}) => {
      const entry = findEventType(type);
      if (entry === undefined) throw new TypeError(`there is no event type ${type}`);
      const at = now();
      const { id = uuidv7(), tenantId, projectId, createdAt = at, data, traceparent } = event;
      const record = { id, tenantId, projectId, createdAt, data };
      const acceptBy = at + Math.floor(timeoutMs * APPEND_SHARE);
      const headers: Record<string, string> = {
        [ACCEPT_BY_HEADER]: String(acceptBy),
        [EVENT_ID_HEADER]: id,
      };
      if (traceparent !== undefined) headers['traceparent'] = traceparent;
      const value = codec.encode(entry.recordName, record as Events[EventName]);
      if (value.length > SURELY_SMALL_BYTES) toBody(entry.recordName, record as Events[EventName]);
      const key = String(valueAt(record, entry.keyPath));
      const topic = topics.events[entry.domain];
      const appended = await producer.send({ topic, key, value, headers, deadlineMs: timeoutMs });
      if (appended.atMs !== undefined && appended.atMs > acceptBy)
        throw tooLate(topic, appended.atMs - acceptBy);
      return { id };
    },
  };
}

/** Consumers decide by the same comparison, so that publisher and consumers never differ; not even when clocks do. */
function tooLate(topic: string, lateMs: number): HubError {
  const message =
    'Kafka appended the event after it was wanted: it took too long, or the clocks of publisher and broker differ';
  return new HubError('HUB_KAFKA_UNAVAILABLE', message, { topic, lateMs });
}

function valueAt(record: object, path: string): unknown {
  return path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], record);
}
