import type { DigestSettings } from '#connectors';
import { sql, type Database, type Queryable } from '#database';
import type { DestinationKind } from '#events';

/** A destination that has digests, or has what was gathered while it had them. */
export interface DigestedDestination {
  destinationId: string;
  tenantId: string;
  projectId: string;
  /** Null when it has digests no more. */
  digest: DigestSettings | null;
  /** Of its last digest. */
  lastDueAt: Date | null;
}

/** A digest whose delivery Kafka has not acknowledged yet. */
export interface UnpublishedDigest {
  destinationId: string;
  tenantId: string;
  projectId: string;
  kind: DestinationKind;
  eventId: string;
  deliveryId: string;
  madeAt: Date;
  body: Buffer;
}

/** The event that a digest is. */
export interface DigestEvent {
  eventId: string;
  deliveryId: string;
  type: string;
  body: Buffer;
}

const EVENTS_AT_ONCE = 1_000;
const DIGESTS_AT_ONCE = 100;

/** Digests of destinations, and the deliveries that are counted in them. */
export class DigestStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async destinations(): Promise<DigestedDestination[]> {
    return this.#database.rows<DigestedDestination>(sql`
      select d.id as "destinationId", d.tenant_id as "tenantId", d.project_id as "projectId",
        d.config -> 'digest' as digest,
        (select max(due_at) from digests g where g.destination_id = d.id) as "lastDueAt"
      from destinations d
      where d.kind <> 'webhook' and (d.config ? 'digest' or exists (
        select from deliveries v where v.destination_id = d.id and v.status = 'pending' and v.reason = 'digest'
          and v.digest_id is null))`);
  }

  /**
   * Makes the digest that was due, once, of what was accepted until then: marks each delivery that is counted, hands its
   * event's body to `count`, and stores what `make` gives, if there is something to tell. One transaction, so that a
   * delivery is counted in exactly one digest. False when it was made before.
   */
  async make(
    destination: DigestedDestination,
    { dueAt, madeAt }: { dueAt: Date; madeAt: Date },
    digest: { deliveryId: string; count: (body: Buffer) => void; make: () => DigestEvent | undefined },
  ): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      const { destinationId, tenantId, projectId } = destination;
      const claimed = await transaction.run(sql`
        insert into digests (destination_id, due_at, tenant_id, project_id, made_at)
        values (${destinationId}, ${dueAt}, ${tenantId}, ${projectId}, ${madeAt}) on conflict do nothing`);
      if (claimed === 0) return false;
      await transaction.run(sql`
        delete from digests where destination_id = ${destinationId} and made_at < ${madeAt}::timestamptz - interval '30 days'`);
      for (;;) {
        const bodies = await this.#take(transaction, destinationId, dueAt, digest.deliveryId);
        if (bodies === undefined) break;
        for (const body of bodies) digest.count(body);
      }
      const event = digest.make();
      if (event !== undefined) await this.#add(transaction, destination, { ...event, dueAt, madeAt });
      return true;
    });
  }

  /** Hands digests that are not published yet to `publish`, and notes that they are when it succeeds. */
  async publish(publish: (digest: UnpublishedDigest) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const digests = await transaction.rows<UnpublishedDigest>(sql`
        select g.destination_id as "destinationId", g.tenant_id as "tenantId", g.project_id as "projectId", d.kind,
          g.event_id as "eventId", g.delivery_id as "deliveryId", g.made_at as "madeAt", e.body
        from digests g
        join destinations d on d.id = g.destination_id
        join events e on e.id = g.event_id and e.accepted_at = g.made_at
        where g.delivery_id is not null and g.published_at is null
        order by g.made_at limit ${DIGESTS_AT_ONCE} for update of g skip locked`);
      await Promise.all(digests.map(publish));
      await transaction.run(sql`
        update digests set published_at = now()
        where delivery_id = any(${digests.map(({ deliveryId }) => deliveryId)}::uuid[])`);
    });
  }

  /** What was counted in a digest ends as the digest does; a destination that is gone has no digest any more. */
  async follow(): Promise<void> {
    await this.#database.run(sql`
      with ended as (
        update digests g set status = v.status from deliveries v
        where v.id = g.delivery_id and v.status in ('success', 'failed', 'cancelled')
          and g.delivery_id is not null and g.status is distinct from 'success' and g.status is distinct from v.status
        returning g.delivery_id, g.status
      )
      update deliveries v set status = ended.status, updated_at = now() from ended
      where v.digest_id = ended.delivery_id and v.reason = 'digest' and v.attempts = 0`);
    await this.#database.run(sql`
      update deliveries v set status = 'cancelled', reason = 'webhook_deleted', updated_at = now()
      where v.status = 'pending' and v.reason = 'digest'
        and not exists (select from destinations d where d.id = v.destination_id)`);
  }

  /** Bodies of the next events to be counted; undefined when there are none. */
  async #take(
    transaction: Queryable,
    destinationId: string,
    dueAt: Date,
    deliveryId: string,
  ): Promise<Buffer[] | undefined> {
    const taken = await transaction.rows<{ eventId: string; acceptedAt: Date }>(sql`
      update deliveries set digest_id = ${deliveryId}
      where id = any(array(
        select id from deliveries
        where destination_id = ${destinationId} and status = 'pending' and reason = 'digest' and digest_id is null
          and accepted_at < ${dueAt}
        order by accepted_at, id limit ${EVENTS_AT_ONCE} for update))
      returning event_id as "eventId", accepted_at as "acceptedAt"`);
    if (taken.length === 0) return undefined;
    const events = await transaction.rows<{ body: Buffer }>(sql`
      select body from events
      where (id, accepted_at) in (select * from unnest(${taken.map(({ eventId }) => eventId)}::uuid[],
        ${taken.map(({ acceptedAt }) => acceptedAt)}::timestamptz[]))`);
    return events.map(({ body }) => body);
  }

  async #add(
    transaction: Queryable,
    { destinationId, tenantId, projectId }: DigestedDestination,
    { eventId, deliveryId, type, body, dueAt, madeAt }: DigestEvent & { dueAt: Date; madeAt: Date },
  ): Promise<void> {
    await transaction.run(sql`
      insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
      values (${eventId}, ${madeAt}, ${tenantId}, ${projectId}, ${type}, ${madeAt}, ${body})`);
    await transaction.run(sql`
      update digests set event_id = ${eventId}, delivery_id = ${deliveryId}
      where destination_id = ${destinationId} and due_at = ${dueAt}`);
  }
}
