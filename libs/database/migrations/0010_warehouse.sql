-- What the warehouse sink tells of itself: the warehouse may be where the API cannot look.
create table warehouse_partitions (
  topic text not null,
  "partition" integer not null,
  next_offset bigint not null,
  lag bigint not null,
  is_behind boolean not null generated always as (lag > 0) stored,
  target text not null,
  is_healthy boolean not null,
  -- When Kafka took the newest event that is written.
  written_until timestamptz(3),
  last_error text,
  last_error_at timestamptz(3),
  reported_at timestamptz(3) not null default now(),
  primary key (topic, "partition")
);

create table warehouse_projects (
  project_id uuid primary key references projects on delete cascade,
  tenant_id uuid not null,
  rows bigint not null,
  counted_at timestamptz(3) not null default now()
);

create table warehouse_days (
  project_id uuid not null references projects on delete cascade,
  tenant_id uuid not null,
  day date not null,
  responses integer not null,
  average_score double precision not null,
  primary key (project_id, day)
);

create trigger set_tenant_of_project before insert on warehouse_projects
  for each row execute function set_tenant_of_project();
create trigger set_tenant_of_project before insert on warehouse_days
  for each row execute function set_tenant_of_project();
select wall_in('warehouse_projects', 'select');
select wall_in('warehouse_days', 'select');
-- How the sink stands is the same for all; a count of what waits would tell of other tenants.
grant select (target, is_healthy, is_behind, written_until, last_error, last_error_at, reported_at) on warehouse_partitions to hub_tenant;

-- What the command line asks of the sink, which alone can write to its warehouse.
create table warehouse_requests (
  id bigint generated always as identity primary key,
  request json not null,
  is_done boolean not null default false,
  outcome text,
  requested_at timestamptz(3) not null default now(),
  done_at timestamptz(3)
);
