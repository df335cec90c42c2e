import { sql, type TenantDatabase, type Queryable } from '#database';
import type { Attempt, Delivery } from '#events';

/** Records test deliveries, which never pass through Kafka and count for nothing. */
export class TestDeliveryStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** @param dropped an attempt before the last, which alone decides */
  async add(delivery: Delivery, last: Attempt, dropped: Attempt | null): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await this.#addEvent(transaction, delivery);
      await this.#addDelivery(transaction, last);
      if (dropped !== null) await this.#addAttempt(transaction, dropped);
      await this.#addAttempt(transaction, last);
    });
  }

  async #addEvent(transaction: Queryable, delivery: Delivery): Promise<void> {
    const at = new Date(delivery.acceptedAt);
    await transaction.run(sql`
      insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
      values (${delivery.eventId}, ${at}, ${delivery.tenantId}, ${delivery.projectId}, ${delivery.eventType}, ${at},
        ${delivery.body})`);
  }

  async #addDelivery(transaction: Queryable, attempt: Attempt): Promise<void> {
    await transaction.run(sql`
      insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, attempts,
        last_status, last_error, accepted_at, is_test)
      values (${attempt.deliveryId}, ${attempt.eventId}, ${attempt.destinationId}, ${attempt.tenantId},
        ${attempt.projectId}, ${attempt.eventType}, ${attempt.deliveryStatus}, ${attempt.number}, ${attempt.status},
        ${attempt.errorClass}, ${new Date(attempt.acceptedAt)}, true)`);
  }

  async #addAttempt(transaction: Queryable, attempt: Attempt): Promise<void> {
    await transaction.run(sql`
      insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id,
        destination_id, duration_ms, url, outcome, error_class, status, request_headers, response_headers,
        response_body, is_response_truncated, delivery_status)
      values (${attempt.deliveryId}, ${attempt.number}, ${new Date(attempt.startedAt)}, ${attempt.eventId},
        ${attempt.eventType}, ${attempt.tenantId}, ${attempt.projectId}, ${attempt.destinationId},
        ${attempt.durationMs}, ${attempt.url}, ${attempt.outcome}, ${attempt.errorClass}, ${attempt.status},
        ${JSON.stringify(attempt.requestHeaders)}, ${JSON.stringify(attempt.responseHeaders)},
        ${attempt.responseBody}, ${attempt.isResponseTruncated}, ${attempt.deliveryStatus})`);
  }
}
