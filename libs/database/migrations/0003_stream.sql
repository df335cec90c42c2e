-- Ids that ingest has accepted, with the digest of what came with them: the same id with another body is refused.
create table event_ids (
  project_id uuid not null,
  id uuid not null,
  body_hash bytea not null,
  -- The event's own time where its sender gave none, so that a repeated request makes the same event.
  created_at timestamptz(3) not null default now(),
  -- Kafka has acknowledged the event; until then the same request publishes it again.
  is_published boolean not null default false,
  primary key (project_id, id)
);
create index event_ids_by_age on event_ids using brin (created_at);

create table events (
  id uuid not null,
  accepted_at timestamptz(3) not null,
  tenant_id uuid not null,
  project_id uuid not null,
  type text not null,
  created_at timestamptz(3) not null,
  -- bytea, since text and jsonb cannot hold U+0000 and the very bytes must go out again.
  body bytea not null,
  primary key (id, accepted_at)
) partition by range (accepted_at);
create table events_default partition of events default;

create table deliveries (
  id uuid primary key,
  event_id uuid not null,
  destination_id uuid not null,
  tenant_id uuid not null,
  project_id uuid not null,
  event_type text not null,
  status text not null check (status in ('pending', 'retrying', 'success', 'failed', 'held', 'cancelled')),
  attempts integer not null default 0,
  next_attempt_at timestamptz(3),
  last_status integer,
  last_error text,
  reason text,
  accepted_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  is_test boolean not null default false
);
-- One index for every list of the API. A list reads it backwards once for each wanted type and status, of which there
-- are few, and merges: so no filter, however rare its matches, ever walks through what it does not want.
create index deliveries_by_destination on deliveries (destination_id, event_type, status, accepted_at, id);
create index deliveries_by_event on deliveries (event_id);
create index deliveries_by_age on deliveries using brin (accepted_at);

create table attempts (
  delivery_id uuid not null,
  number integer not null,
  started_at timestamptz(3) not null,
  event_id uuid not null,
  event_type text not null,
  tenant_id uuid not null,
  project_id uuid not null,
  destination_id uuid not null,
  duration_ms integer not null,
  url text not null,
  outcome text not null check (outcome in ('delivered', 'rejected', 'unreachable', 'interrupted')),
  error_class text,
  status integer,
  request_headers json not null,
  response_headers json not null,
  response_body bytea not null,
  is_response_truncated boolean not null default false,
  delivery_status text not null,
  next_attempt_at timestamptz(3),
  consecutive_failures integer not null default 0,
  primary key (delivery_id, number, started_at)
) partition by range (started_at);
create table attempts_default partition of attempts default;

-- Makes the partition of one day (UTC), and moves into it what the default partition already holds of that day.
create function create_day_partition(parent text, day date) returns boolean language plpgsql as $$
declare
  child text := parent || '_' || to_char(day, 'YYYYMMDD');
  day_start timestamptz := day::timestamp at time zone 'UTC';
  day_end timestamptz := (day + 1)::timestamp at time zone 'UTC';
  range_column text := case parent when 'events' then 'accepted_at' else 'started_at' end;
begin
  -- Two processes that prepare the same day must not collide.
  perform pg_advisory_xact_lock(hashtext('hub.partitions'));
  if to_regclass(child) is not null then return false; end if;
  execute format('lock table %I in access exclusive mode', parent || '_default');
  execute format('create table %I (like %I including all)', child, parent);
  execute format(
    'with moved as (delete from %I where %I >= %L and %I < %L returning *) insert into %I select * from moved',
    parent || '_default', range_column, day_start, range_column, day_end, child);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, child, day_start, day_end);
  return true;
end $$;

create function create_day_partitions(first_day date, last_day date) returns integer language sql as $$
  select count(*) filter (where create_day_partition(parent, day::date))::integer
  from unnest(array['events', 'attempts']) parent, generate_series(first_day, last_day, interval '1 day') day;
$$;

-- Drops the partitions that hold nothing from `cutoff` on, and what is older in the default ones.
create function drop_partitions_before(cutoff date) returns integer language plpgsql as $$
declare
  child text;
  dropped integer := 0;
begin
  for child in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('events'::regclass, 'attempts'::regclass)
      and c.relname ~ '_\d{8}$' and to_date(right(c.relname, 8), 'YYYYMMDD') < cutoff
    order by c.relname
  loop
    execute format('drop table %I', child);
    dropped := dropped + 1;
  end loop;
  delete from events_default where accepted_at < cutoff::timestamp at time zone 'UTC';
  delete from attempts_default where started_at < cutoff::timestamp at time zone 'UTC';
  return dropped;
end $$;

select create_day_partitions((now() at time zone 'UTC')::date - 1, (now() at time zone 'UTC')::date + 7);
