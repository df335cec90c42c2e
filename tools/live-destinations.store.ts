import { sql, type Database } from '#database';

/** What of a destination a change of schemas may break. */
export interface LiveDestination {
  id: string;
  projectId: string;
  kind: string;
  name: string;
  eventTypes: string[];
  filter: string | null;
  transformation: string | null;
}

/** Every destination that has a filter or a transformation, disabled ones too. */
export async function readLiveDestinations(database: Database): Promise<LiveDestination[]> {
  return database.rows<LiveDestination>(sql`
    select id, project_id as "projectId", kind, name, event_types as "eventTypes", filter, transformation
    from destinations where filter is not null or transformation is not null order by project_id, id`);
}
