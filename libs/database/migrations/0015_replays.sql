-- What is to be sent again, or at last: which deliveries of one destination, and how far it is.
create table replays (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  project_id uuid not null references projects on delete cascade,
  destination_id uuid not null references destinations on delete cascade,
  -- held, failed and all are deliveries; missing are events that the destination never had a delivery of.
  selection text not null check (selection in ('held', 'failed', 'all', 'missing')),
  -- again: the same events; new: copies of them with ids of their own; skip: held deliveries are cancelled.
  mode text not null check (mode in ('again', 'new', 'skip')),
  event_types text[] not null,
  -- Only failed ones whose last attempt met this: a status, or the name of an error.
  error text,
  from_at timestamptz(3),
  to_at timestamptz(3) not null,
  status text not null default 'running' check (status in ('running', 'paused', 'done', 'cancelled')),
  reason text,
  total integer not null,
  sent integer not null default 0,
  skipped integer not null default 0,
  -- The last delivery or event that was taken, in the order of the selection.
  cursor json,
  created_at timestamptz(3) not null default clock_timestamp(),
  updated_at timestamptz(3) not null default clock_timestamp(),
  finished_at timestamptz(3)
);
create index replays_by_project on replays (project_id, created_at desc, id desc);
create index replays_by_destination on replays (destination_id);
create index replays_open on replays (created_at) where status in ('running', 'paused');
select wall_in('replays', 'select, insert, update');
create trigger audit after insert or update of status on replays
  for each row execute function audit.note_change(
    'replay', 'destination_id,selection,mode,from_at,to_at,status,reason,total', '');

-- The last replay that a delivery was part of.
alter table deliveries add replay_id uuid;
create index deliveries_by_replay on deliveries (replay_id, status) where replay_id is not null;

-- The event that this one is a copy of.
alter table events add replay_of uuid;
-- The transaction that recorded it. Below the oldest transaction under way nothing is added any more, so whoever reads
-- in this order up to there misses nothing, however many recorders write.
alter table events add recorded_in xid8 not null default pg_current_xact_id();
create index events_by_record on events (project_id, recorded_in, id);

-- Who does what only one process may do at a time.
create table leases (
  name text primary key,
  holder uuid not null,
  until timestamptz(3) not null
);

-- What retention has forgotten: nothing from before is complete any more.
create table forgotten (
  is_only_row boolean primary key default true check (is_only_row),
  before timestamptz(3) not null
);
insert into forgotten (before) values ('-infinity');
grant select on forgotten to hub_tenant;

alter function drop_partitions_before(date) rename to drop_partitions_only_before;
create function drop_partitions_before(cutoff date) returns integer language sql as $$
  update forgotten set before = greatest(before, cutoff::timestamp at time zone 'UTC');
  select drop_partitions_only_before(cutoff);
$$;
