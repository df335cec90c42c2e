import { sql, type TenantDatabase } from '#database';
import type { DestinationKind } from '#events';
import type { DeliveryKey } from './delivery.store.ts';

/** What must be known to send a delivery once more. */
export interface RedeliverableRow {
  id: string;
  eventId: string;
  eventType: string;
  tenantId: string;
  projectId: string;
  destinationId: string;
  status: string;
  attempts: number;
  isTest: boolean;
  acceptedAt: Date;
  /** Of its requests, where it is not the event's own. */
  ownBody: Buffer | null;
  transformation: string | null;
  /** Null when the destination was deleted. */
  kind: DestinationKind | null;
  /** Null when the webhook was deleted. */
  isWebhookEnabled: boolean | null;
}

/** Deliveries that are to be sent once more. */
export class RedeliveryStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  async find({ projectId, deliveryId }: DeliveryKey): Promise<RedeliverableRow | undefined> {
    return this.#database.row<RedeliverableRow>(sql`
      select v.id, v.event_id as "eventId", v.event_type as "eventType", v.tenant_id as "tenantId",
        v.project_id as "projectId", v.destination_id as "destinationId", v.status, v.attempts,
        v.is_test as "isTest", v.accepted_at as "acceptedAt", v.body as "ownBody", d.transformation, d.kind, d.is_enabled as "isWebhookEnabled"
      from deliveries v left join destinations d on d.id = v.destination_id and d.project_id = v.project_id
      where v.project_id = ${projectId} and v.id = ${deliveryId}`);
  }

  /**
   * Marks an ended delivery as pending while `publish` runs, in one transaction: of two requests at once only one
   * wins, and a publish that fails leaves all as it was. False when the delivery had moved on.
   */
  async restart(
    row: RedeliverableRow,
    ownBody: Buffer | null,
    publish: () => Promise<void>,
  ): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      const restarted = await transaction.run(sql`
        update deliveries set status = 'pending', reason = null, body = ${ownBody}, next_attempt_at = null, updated_at = now()
        where id = ${row.id} and project_id = ${row.projectId} and status = ${row.status} and attempts = ${row.attempts}`);
      if (restarted > 0) await publish();
      return restarted > 0;
    });
  }
}
