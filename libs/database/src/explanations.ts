import type { Queryable } from './database.ts';
import { sql } from './sql.ts';

/** An event that is to be explained. */
export interface ExplainedEvent {
  type: string;
  acceptedAt: Date;
  body: Buffer;
  /** It was made for one destination: a test, or a copy by a replay. */
  isMadeForOne: boolean;
}

/** What a destination took from an instant on. */
export interface DestinationVersion {
  version: number;
  since: Date;
  eventTypes: string[];
  filter: string | null;
  enabled: boolean;
  disabledReason: string | null;
}

/** What became of an event at a destination. */
export interface ExplainedDelivery {
  id: string;
  status: 'pending' | 'retrying' | 'success' | 'failed' | 'held' | 'cancelled';
  attempts: number;
  nextAttemptAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  reason: string | null;
}

/** What is known of a destination and an event. */
export interface ExplainedDestination {
  id: string;
  kind: string;
  name: string;
  /** When its known history begins. */
  knownSince: Date;
  deletedAt: Date | null;
  /** What was in force when the event was accepted; null when nothing was. */
  inForce: DestinationVersion | null;
  delivery: ExplainedDelivery | null;
}

/** Which event, and where to; every destination that the project has or had, unless one is named. */
export interface ExplanationQuery {
  projectId: string;
  eventId: string;
  destinationId?: string | undefined;
}

/** The event, unless it was never accepted, is forgotten, or is on its way to the records. */
export async function findExplainedEvent(
  database: Queryable,
  { projectId, eventId }: ExplanationQuery,
): Promise<ExplainedEvent | undefined> {
  return database.row<ExplainedEvent>(sql`
    select type, accepted_at as "acceptedAt", body,
      replay_of is not null or exists (
        select from deliveries d where d.event_id = e.id and d.project_id = e.project_id and d.is_test
      ) as "isMadeForOne"
    from events e where id = ${eventId} and project_id = ${projectId} order by accepted_at limit 1`);
}

/** The destinations of the project, by the time of their first version, with what they were at an instant. */
export async function findExplainedDestinations(
  database: Queryable,
  { projectId, eventId, destinationId }: ExplanationQuery,
  at: Date,
): Promise<ExplainedDestination[]> {
  const rows = await database.rows<
    Omit<ExplainedDestination, 'inForce'> & { inForce: InForceJson | null }
  >(sql`
    select latest.destination_id as id, latest.kind, latest.name, latest."knownSince",
      case when latest.is_deleted then latest.since end as "deletedAt",
      (select json_build_object('version', v.version, 'since', v.since, 'eventTypes', v.event_types, 'filter', v.filter,
          'enabled', v.is_enabled, 'disabledReason', v.disabled_reason)
        from (select * from destination_versions
          where destination_id = latest.destination_id and project_id = ${projectId} and since <= ${at}
          order by version desc limit 1) v
        where not v.is_deleted) as "inForce",
      (select json_build_object('id', id, 'status', status, 'attempts', attempts, 'nextAttemptAt', next_attempt_at,
          'lastStatus', last_status, 'lastError', last_error, 'reason', reason)
        from deliveries
        where event_id = ${eventId} and destination_id = latest.destination_id and project_id = ${projectId}
        order by created_at limit 1) as delivery
    from (
      select distinct on (destination_id) destination_id, kind, name, is_deleted, since,
        min(since) over (partition by destination_id) as "knownSince"
      from destination_versions
      where project_id = ${projectId} and (${destinationId}::uuid is null or destination_id = ${destinationId})
      order by destination_id, version desc
    ) latest
    order by latest."knownSince", latest.destination_id limit 1000`);
  return rows.map(({ inForce, delivery, ...destination }) => ({
    ...destination,
    inForce: inForce && { ...inForce, since: new Date(inForce.since) },
    delivery: delivery && { ...delivery, nextAttemptAt: toDate(delivery.nextAttemptAt) },
  }));
}

type InForceJson = Omit<DestinationVersion, 'since'> & { since: string };

// json has no times: they come as text.
const toDate = (time: Date | string | null) => (time === null ? null : new Date(time));
