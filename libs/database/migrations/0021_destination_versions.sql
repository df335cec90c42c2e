-- What each destination took, and since when: why an event went somewhere, or did not, is told by what was in force when
-- it was accepted. hub.destinations is compacted and remembers only the latest.
create table destination_versions (
  destination_id uuid not null,
  version bigint not null,
  tenant_id uuid not null references tenants on delete cascade,
  project_id uuid not null references projects on delete cascade,
  kind text not null,
  name text not null,
  event_types text[] not null,
  filter text,
  is_enabled boolean not null,
  disabled_reason text,
  -- The last version of one that is no more.
  is_deleted boolean not null default false,
  since timestamptz(3) not null,
  primary key (destination_id, version)
);
create index destination_versions_by_project on destination_versions (project_id, destination_id, since);
select wall_in('destination_versions', 'select');

insert into destination_versions (destination_id, version, tenant_id, project_id, kind, name, event_types, filter,
  is_enabled, disabled_reason, since)
select id, version, tenant_id, project_id, kind, name, event_types, filter, is_enabled, disabled_reason, updated_at
from destinations;

-- A trigger for the same reason as the one that announces: three programs change destinations.
create function keep_destination_version() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  kept destinations := coalesce(new, old);
  is_deletion boolean := tg_op = 'DELETE';
begin
  insert into destination_versions (destination_id, version, tenant_id, project_id, kind, name, event_types, filter,
    is_enabled, disabled_reason, is_deleted, since)
  select kept.id, kept.version + is_deletion::int, kept.tenant_id, kept.project_id, kept.kind, kept.name, kept.event_types,
    kept.filter, kept.is_enabled, kept.disabled_reason, is_deletion,
    case when is_deletion then clock_timestamp() else kept.updated_at end
  -- With its project everything that is known of it goes too.
  from projects where id = kept.project_id;
  return null;
end $$;

create trigger keep_new_destination_version after insert or delete on destinations
  for each row execute function keep_destination_version();
create trigger keep_changed_destination_version after update on destinations
  for each row when ((old.name, old.event_types, old.filter, old.is_enabled, old.disabled_reason)
    is distinct from (new.name, new.event_types, new.filter, new.is_enabled, new.disabled_reason))
  execute function keep_destination_version();
