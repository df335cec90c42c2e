import { sql, type TenantDatabase } from '#database';
import type { Destination, DestinationKind } from '#events';
import type { Caps } from './caps.ts';
import type { DestinationChange, DestinationQuery, NewDestination } from './destination.request.ts';
import type { Position } from './page.request.ts';
import { toDestination, type DestinationJson } from './to-destination.ts';
import type { Owner } from './webhook.store.ts';

/** A destination of any kind as the API shows it. */
export interface DestinationRow {
  id: string;
  kind: DestinationKind;
  name: string;
  /** A webhook's URL, a channel, recipients; never a secret. */
  address: string;
  eventTypes: string[];
  filter: string | null;
  rateLimit: number | null;
  settings: object;
  enabled: boolean;
  disabledReason: string | null;
  disabledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Which destination of which project: every statement needs both. */
export interface DestinationKey {
  projectId: string;
  destinationId: string;
}

/** A new destination as it is stored. */
export type StoredDestination = Omit<NewDestination, 'secret'> & { encryptedSecret: Buffer };

/** A change as it is stored. */
export type StoredChange = Omit<DestinationChange, 'secret'> & { encryptedSecret?: Buffer };

/** Destinations of every kind. A trigger of the table announces every change through the outbox. */
export class DestinationStore {
  readonly #database: TenantDatabase;
  readonly #caps: Caps;

  constructor(database: TenantDatabase, caps: Caps) {
    this.#database = database;
    this.#caps = caps;
  }

  async create(owner: Owner, id: string, destination: StoredDestination): Promise<void> {
    const { kind, name, address, eventTypes, filter, rateLimit, encryptedSecret, settings } = destination;
    await this.#database.transaction(async (transaction) => {
      await this.#caps.requireRoomForDestination(transaction, owner.projectId);
      await transaction.run(sql`
        insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, filter, rate_limit, secret, config)
        values (${id}, ${owner.tenantId}, ${owner.projectId}, ${kind}, ${name}, ${address}, ${eventTypes}, ${filter}, ${rateLimit},
          ${encryptedSecret}, jsonb_strip_nulls(${JSON.stringify(settings)}::jsonb))`);
    });
  }

  /** Newest first. @param only the destination to be found, or none for all */
  async list(
    projectId: string,
    page: Pick<DestinationQuery, 'limit' | 'kind'> & { after?: Position },
    only?: string,
  ): Promise<DestinationRow[]> {
    const { limit, kind, after } = page;
    return this.#database.rows<DestinationRow>(sql`
      select id, kind, name, url as address, event_types as "eventTypes", filter, rate_limit as "rateLimit",
        config as settings, is_enabled as enabled, disabled_reason as "disabledReason", disabled_at as "disabledAt",
        created_at as "createdAt", updated_at as "updatedAt"
      from destinations
      where project_id = ${projectId} and (${kind}::text is null or kind = ${kind})
        and (${only}::uuid is null or id = ${only})
        and (${after?.id}::uuid is null
          or (created_at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid))
      order by created_at desc, id desc limit ${limit}`);
  }

  async find({ projectId, destinationId }: DestinationKey): Promise<DestinationRow | undefined> {
    const [row] = await this.list(projectId, { limit: 1 }, destinationId);
    return row;
  }

  /** The destination with its secret, as workers know it. */
  async findWhole({ projectId, destinationId }: DestinationKey): Promise<Destination | undefined> {
    const row = await this.#database.row<{ value: DestinationJson }>(sql`
      select to_json(d) as value from destinations d where project_id = ${projectId} and id = ${destinationId}`);
    return row && toDestination(row.value);
  }

  async change({ projectId, destinationId }: DestinationKey, change: StoredChange): Promise<void> {
    const { name, address, eventTypes, filter, rateLimit, encryptedSecret, settings = {} } = change;
    await this.#database.run(sql`
      update destinations set
        name = coalesce(${name}, name),
        url = coalesce(${address}, url),
        event_types = coalesce(${eventTypes}::text[], event_types),
        filter = case when ${filter === undefined} then filter else ${filter}::text end,
        rate_limit = case when ${rateLimit === undefined} then rate_limit else ${rateLimit}::float8 end,
        secret = coalesce(${encryptedSecret}::bytea, secret),
        config = jsonb_strip_nulls(config || ${JSON.stringify(settings)}::jsonb)
      where project_id = ${projectId} and id = ${destinationId} and kind <> 'webhook'`);
  }

  async remove({ projectId, destinationId }: DestinationKey): Promise<boolean> {
    const removed = await this.#database.run(sql`
      delete from destinations where project_id = ${projectId} and id = ${destinationId}`);
    return removed > 0;
  }

  /** Enabling starts a new epoch, in which earlier failures count no more. Enabling twice changes nothing. */
  async enable({ projectId, destinationId }: DestinationKey): Promise<void> {
    await this.#database.run(sql`
      update destinations
      set is_enabled = true, enabled_epoch = enabled_epoch + 1, disabled_reason = null, disabled_at = null
      where project_id = ${projectId} and id = ${destinationId} and not is_enabled`);
  }

  async disable({ projectId, destinationId }: DestinationKey, reason: string): Promise<void> {
    await this.#database.run(sql`
      update destinations set is_enabled = false, disabled_reason = ${reason}, disabled_at = now()
      where project_id = ${projectId} and id = ${destinationId} and is_enabled`);
  }
}
