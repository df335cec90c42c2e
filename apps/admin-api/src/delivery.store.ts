import { DIGEST_TYPE } from '#connectors';
import { sql, type TenantDatabase } from '#database';
import { EVENT_TYPES, NEWS_TYPES } from '#events';
import { DELIVERY_STATUSES, type DeliveryQuery } from './delivery.request.ts';
import type { Position } from './page.request.ts';
import type { WebhookKey } from './webhook.store.ts';

const ALL_TYPES = [...EVENT_TYPES, ...NEWS_TYPES, DIGEST_TYPE];

/** A delivery as the API shows it. */
export interface DeliveryRow {
  id: string;
  eventId: string;
  eventType: string;
  webhookId: string;
  status: string;
  attempts: number;
  nextAttemptAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  reason: string | null;
  isTest: boolean;
  /** The last replay that it was part of. */
  replayId: string | null;
  acceptedAt: Date;
  createdAt: Date;
  updatedAt: Date;
}

/** One request of a delivery, as it was recorded. */
export interface AttemptRow {
  number: number;
  startedAt: Date;
  durationMs: number;
  url: string;
  outcome: string;
  errorClass: string | null;
  status: number | null;
  requestHeaders: Record<string, string>;
  responseHeaders: Record<string, string>;
  responseBody: Buffer;
  isResponseTruncated: boolean;
  nextAttemptAt: Date | null;
  /** The request, when it carried a batch; `webhook-id` is its id. */
  batch: { id: string; size: number } | null;
}

/** Which delivery of which project. */
export interface DeliveryKey {
  projectId: string;
  deliveryId: string;
}

/** Deliveries and their attempts. The recorder writes them; here they are read. */
export class DeliveryStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  async hasWebhook({ projectId, webhookId }: WebhookKey): Promise<boolean> {
    const row = await this.#database.row(sql`
      select 1 from destinations where id = ${webhookId} and project_id = ${projectId} and kind = 'webhook'`);
    return row !== undefined;
  }

  /** Newest first, of one webhook or of all; one row more than the limit tells that there is a next page. */
  async list(
    key: Pick<WebhookKey, 'projectId'> & Partial<WebhookKey>,
    query: DeliveryQuery,
    after?: Position,
  ): Promise<DeliveryRow[]> {
    const { status, type, eventId, from, to, limit } = query;
    return this.#database.rows<DeliveryRow>(sql`
      select v.id, v.event_id as "eventId", v.event_type as "eventType", v.destination_id as "webhookId", v.status,
        v.attempts, v.next_attempt_at as "nextAttemptAt", v.last_status as "lastStatus", v.last_error as "lastError",
        v.reason, v.is_test as "isTest", v.replay_id as "replayId", v.accepted_at as "acceptedAt", v.created_at as "createdAt",
        v.updated_at as "updatedAt"
      from destinations d
      cross join unnest(${type ? [type] : ALL_TYPES}::text[]) wanted_type
      cross join unnest(${status ? [status] : DELIVERY_STATUSES}::text[]) wanted_status
      cross join lateral (
        select * from deliveries
        where destination_id = d.id and event_type = wanted_type and status = wanted_status
          and (${eventId}::uuid is null or event_id = ${eventId})
          and (${from}::timestamptz is null or accepted_at >= ${from})
          and (${to}::timestamptz is null or accepted_at < ${to})
          and (${after?.id}::uuid is null or (accepted_at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid))
        order by accepted_at desc, id desc limit ${limit + 1}
      ) v
      where (${key.webhookId}::uuid is null or d.id = ${key.webhookId}) and d.project_id = ${key.projectId}
      order by v.accepted_at desc, v.id desc limit ${limit + 1}`);
  }

  async find({ projectId, deliveryId }: DeliveryKey): Promise<DeliveryRow | undefined> {
    return this.#database.row<DeliveryRow>(sql`
      select id, event_id as "eventId", event_type as "eventType", destination_id as "webhookId", status, attempts,
        next_attempt_at as "nextAttemptAt", last_status as "lastStatus", last_error as "lastError", reason,
        is_test as "isTest", replay_id as "replayId", accepted_at as "acceptedAt", created_at as "createdAt", updated_at as "updatedAt"
      from deliveries where project_id = ${projectId} and id = ${deliveryId}`);
  }

  /** The body of its requests, where it is not the event's own. */
  async ownBody({ projectId, deliveryId }: DeliveryKey): Promise<Buffer | null> {
    const row = await this.#database.row<{ body: Buffer | null }>(sql`
      select body from deliveries where project_id = ${projectId} and id = ${deliveryId}`);
    return row?.body ?? null;
  }

  /** All attempts in their order. */
  async attempts({ projectId, deliveryId }: DeliveryKey): Promise<AttemptRow[]> {
    return this.#database.rows<AttemptRow>(sql`
      select number, started_at as "startedAt", duration_ms as "durationMs", url, outcome, error_class as "errorClass",
        status, request_headers as "requestHeaders", response_headers as "responseHeaders",
        response_body as "responseBody", is_response_truncated as "isResponseTruncated",
        next_attempt_at as "nextAttemptAt",
        case when batch_id is not null then json_build_object('id', batch_id, 'size', batch_size) end as batch
      from attempts where delivery_id = ${deliveryId} and project_id = ${projectId}
      order by number, started_at`);
  }

  /** All deliveries of one event, oldest first. */
  async ofEvent(projectId: string, eventId: string): Promise<DeliveryRow[]> {
    return this.#database.rows<DeliveryRow>(sql`
      select id, event_id as "eventId", event_type as "eventType", destination_id as "webhookId", status, attempts,
        next_attempt_at as "nextAttemptAt", last_status as "lastStatus", last_error as "lastError", reason,
        is_test as "isTest", replay_id as "replayId", accepted_at as "acceptedAt", created_at as "createdAt", updated_at as "updatedAt"
      from deliveries where event_id = ${eventId} and project_id = ${projectId}
      order by created_at, id limit 1000`);
  }
}
