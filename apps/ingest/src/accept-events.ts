import { createHash } from 'node:crypto';
import { HubError } from '#errors';
import type { Publisher } from '#events';
import type { Log } from '#log';
import type { Credential, FieldError, Metrics } from '#service';
import { v7 as uuidv7 } from 'uuid';
import type { ClaimIds } from './claim-ids.ts';
import { parseEvent, type ParsedEvent } from './parse-event.ts';

/** What becomes of an event. */
export type Answer =
  | { kind: 'accepted'; id: string }
  | { kind: 'invalid'; errors: FieldError[] }
  | { kind: 'conflict' }
  | { kind: 'too-large' }
  | { kind: 'unavailable' };

/** Bounds of ingest; settings of the hub. */
export interface IngestLimits {
  maxEventBytes: number;
  maxBatchEvents: number;
  ackTimeoutMs: number;
}

interface Parts {
  publisher: Publisher;
  claims: ClaimIds;
  limits: IngestLimits;
  metrics: Metrics;
  log: Log;
}

type Owner = Pick<Credential, 'tenantId' | 'projectId'>;

/** Checks events, settles who was first with an id, publishes, and answers only after Kafka has acknowledged. */
export class AcceptEvents {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async one(body: unknown, owner: Owner): Promise<Answer> {
    const parsed = parseEvent(body);
    if ('errors' in parsed) return { kind: 'invalid', errors: parsed.errors };
    return this.#accept(parsed.event, owner);
  }

  async many(body: unknown, owner: Owner): Promise<Answer[] | Extract<Answer, { kind: 'invalid' }>> {
    const { maxEventBytes } = this.#parts.limits;
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    const { events, ...others } = (isObject ? body : {}) as Record<string, unknown>;
    const errors = Object.keys(others).map((field) => ({ field, rule: 'is not a field of a batch' }));
    if (!this.#isBatch(events)) errors.push({ field: 'events', rule: this.#batchRule });
    if (!this.#isBatch(events) || errors.length > 0) return { kind: 'invalid', errors };
    const isTooLarge = (event: unknown) => Buffer.byteLength(JSON.stringify(event) ?? '') > maxEventBytes;
    return Promise.all(
      events.map(async (event: unknown): Promise<Answer> =>
        isTooLarge(event) ? { kind: 'too-large' } : this.one(event, owner),
      ),
    );
  }

  #isBatch(events: unknown): events is unknown[] {
    return Array.isArray(events) && events.length > 0 && events.length <= this.#parts.limits.maxBatchEvents;
  }

  get #batchRule(): string {
    return `must be an array of 1 to ${this.#parts.limits.maxBatchEvents} events`;
  }

  async #accept(event: ParsedEvent, owner: Owner): Promise<Answer> {
    const { claims } = this.#parts;
    if (event.id === undefined) return this.#publish({ ...event, id: uuidv7() }, owner);
    const claim = await claims.claim({ projectId: owner.projectId, id: event.id, bodyHash: digest(event) });
    if (claim.kind === 'conflict') return { kind: 'conflict' };
    if (claim.kind === 'published') return { kind: 'accepted', id: event.id };
    const createdAt = event.createdAt ?? claim.createdAtMs;
    const answer = await this.#publish({ ...event, id: event.id, createdAt }, owner);
    if (answer.kind === 'accepted') claims.markPublished(owner.projectId, event.id);
    return answer;
  }

  async #publish({ type, ...event }: ParsedEvent & { id: string }, owner: Owner): Promise<Answer> {
    const { publisher, limits, metrics, log } = this.#parts;
    const { tenantId, projectId } = owner;
    const startedAt = Date.now();
    try {
      const { id } = await publisher.publish(
        type,
        { ...event, tenantId, projectId },
        { timeoutMs: limits.ackTimeoutMs },
      );
      metrics.eventsAccepted.inc({ type });
      log.debug({ eventId: id, type, projectId, ms: Date.now() - startedAt }, 'event.accepted');
      return { kind: 'accepted', id };
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      if (error.code === 'HUB_KAFKA_UNAVAILABLE') return { kind: 'unavailable' };
      if (error.code === 'HUB_RECORD_REFUSED') return { kind: 'too-large' };
      throw error;
    }
  }
}

/** What makes two events with one id the same: everything that was sent, in the schema's order of fields. */
function digest({ type, createdAt, data }: ParsedEvent): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([type, createdAt ?? null, data]))
    .digest();
}
