import { sql, type TenantDatabase } from '#database';
import { EVENT_TYPES } from '#events';
import type { EventQuery } from './event.request.ts';
import type { Position } from './page.request.ts';

/** An event with the exact body that its requests carry. */
export interface EventRow {
  id: string;
  type: string;
  createdAt: Date;
  acceptedAt: Date;
  body: Buffer;
}

/** An event as lists show it, with how many of its deliveries stand where. */
export interface ListedEventRow extends Omit<EventRow, 'body'> {
  deliveries: Record<string, number>;
}

/** Recorded events. */
export class EventStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** Undefined also when retention has removed the event. */
  async find(projectId: string, eventId: string): Promise<EventRow | undefined> {
    return this.#database.row<EventRow>(sql`
      select id, type, created_at as "createdAt", accepted_at as "acceptedAt", body
      from events where id = ${eventId} and project_id = ${projectId} order by accepted_at limit 1`);
  }

  /** Newest first; one row more than the limit tells that there is a next page. */
  async list(projectId: string, query: EventQuery, after?: Position): Promise<ListedEventRow[]> {
    const { type, from, to, limit } = query;
    return this.#database.rows<ListedEventRow>(sql`
      select e.*, coalesce(v.deliveries, '{}'::json) as deliveries
      from (
        select found.* from unnest(${type ? [type] : EVENT_TYPES}::text[]) wanted_type
        cross join lateral (
          select id, type, created_at as "createdAt", accepted_at as "acceptedAt"
          from events
          where project_id = ${projectId} and type = wanted_type
            and (${from}::timestamptz is null or accepted_at >= ${from})
            and (${to}::timestamptz is null or accepted_at < ${to})
            and (${after?.id}::uuid is null or (accepted_at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid))
          order by accepted_at desc, id desc limit ${limit + 1}
        ) found
        order by "acceptedAt" desc, id desc limit ${limit + 1}
      ) e
      left join lateral (
        select json_object_agg(status, n) as deliveries
        from (select status, count(*)::int as n from deliveries
          where event_id = e.id and project_id = ${projectId} group by status) counted
      ) v on true
      order by e."acceptedAt" desc, e.id desc`);
  }
}
