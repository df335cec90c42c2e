-- Counts that charts read instead of events and attempts: the recorder adds to them in the transaction that writes the
-- rows, and only for rows that were new, so that a batch that is written again counts once.
create table traffic (
  tenant_id uuid not null,
  project_id uuid not null,
  -- The nil UUID for the project as a whole, so that its chart reads one row a step, however many webhooks it has.
  destination_id uuid not null,
  -- 10 for the charts of a day, 60 for longer ones.
  width_minutes smallint not null,
  starts_at timestamptz(3) not null,
  events integer not null default 0,
  deliveries integer not null default 0,
  delivered integer not null default 0,
  failed integer not null default 0,
  -- How long attempts took: at most 10 ms, at most 25 ms and so on; columns, since PostgreSQL adds those up quickest.
  to_10_ms integer not null default 0,
  to_25_ms integer not null default 0,
  to_50_ms integer not null default 0,
  to_100_ms integer not null default 0,
  to_250_ms integer not null default 0,
  to_500_ms integer not null default 0,
  to_1000_ms integer not null default 0,
  to_2500_ms integer not null default 0,
  to_5000_ms integer not null default 0,
  to_10000_ms integer not null default 0,
  to_30000_ms integer not null default 0,
  over_30000_ms integer not null default 0,
  primary key (project_id, destination_id, width_minutes, starts_at)
) with (fillfactor = 60);
create index traffic_by_age on traffic using brin (starts_at);

-- What the last attempts to a destination came to.
create table destination_health (
  destination_id uuid primary key,
  tenant_id uuid not null,
  project_id uuid not null,
  -- The failures counted since the destination was last enabled belong to this epoch.
  enabled_epoch integer not null,
  consecutive_failures integer not null,
  last_attempt_at timestamptz(3) not null,
  last_success_at timestamptz(3),
  last_failure_at timestamptz(3),
  last_failure_status integer,
  last_failure_error text,
  last_failure_delivery_id uuid
) with (fillfactor = 60);
create index destination_health_by_project on destination_health (project_id);

-- It writes to a table that tenants only read.
create function forget_destination_health() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public as $$
begin
  delete from destination_health where destination_id = old.id;
  return null;
end $$;
create trigger forget_destination_health after delete on destinations
  for each row execute function forget_destination_health();

-- The backlog, which is small beside all deliveries.
create index deliveries_waiting on deliveries (project_id, accepted_at, destination_id)
  where status in ('pending', 'retrying');

-- A list reads it backwards once for each type, and merges.
create index events_by_project on events (project_id, type, accepted_at, id);

-- The built-in receiver, for trying things out without a server of one's own: one a project.
create table inspectors (
  project_id uuid primary key references projects on delete cascade,
  tenant_id uuid not null references tenants on delete cascade,
  -- Who has it can send requests there, so it cannot be guessed.
  token text not null unique,
  -- What each request is answered with.
  answer_status integer not null default 200,
  created_at timestamptz(3) not null default now()
);

create table inspector_requests (
  id bigint generated always as identity primary key,
  tenant_id uuid not null references tenants on delete cascade,
  project_id uuid not null references projects on delete cascade,
  received_at timestamptz(3) not null default now(),
  headers json not null,
  body bytea not null,
  answer_status integer not null
);
create index inspector_requests_by_project on inspector_requests (project_id, id);

select wall_in('traffic', 'select');
select wall_in('destination_health', 'select');
select wall_in('inspectors', 'select, insert, update');
select wall_in('inspector_requests', 'select, delete');
