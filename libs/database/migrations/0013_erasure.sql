-- What the hub was told to forget, how far it is, and what it found: the report outlives what it tells of.
create table erasure_jobs (
  id uuid primary key,
  kind text not null check (kind in ('visitor', 'project', 'tenant')),
  tenant_id uuid not null,
  project_id uuid,
  -- In clear only until the job is done; the digest is what stages compare with.
  anonymous_id text,
  -- The projects that a tenant had, or the one project.
  project_ids uuid[] not null default '{}',
  subject bytea,
  status text not null default 'waiting' check (status in ('waiting', 'running', 'done')),
  requested_at timestamptz(3) not null default clock_timestamp(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  -- What is being gone through, up to where, and how many rows of about how many.
  phase integer not null default 0,
  position json,
  scanned_rows bigint not null default 0,
  total_rows bigint not null default 0,
  removed_events bigint not null default 0,
  removed_deliveries bigint not null default 0,
  removed_attempts bigint not null default 0,
  removed_others bigint not null default 0,
  check ((kind = 'visitor') = (subject is not null)),
  check ((kind = 'tenant') = (project_id is null))
);
create index erasure_jobs_by_project on erasure_jobs (project_id, requested_at desc, id desc);
create index erasure_jobs_open on erasure_jobs (requested_at) where status <> 'done';
select wall_in('erasure_jobs', 'select, insert');
grant delete on projects, tenants to hub_tenant;

create function announce_erasure() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if tg_op = 'DELETE' then
    insert into outbox (topic_role, key, value) values ('erasures', old.id::text, null);
  else
    insert into outbox (topic_role, key, value) values ('erasures', new.id::text, json_build_object(
      'id', new.id, 'kind', new.kind, 'tenant_id', new.tenant_id, 'project_id', new.project_id,
      'subject', new.subject, 'requested_at', new.requested_at));
  end if;
  return null;
end $$;
create trigger announce_erasure after insert or delete on erasure_jobs
  for each row execute function announce_erasure();

create trigger audit after insert on erasure_jobs
  for each row execute function audit.note_change('erasure', 'kind', '');

-- Events of visitors that were erased. An attempt of one may come late, from a request that was under way, and its answer
-- may repeat what the event held: it is not recorded.
create table erased_events (
  id uuid primary key,
  erased_at timestamptz(3) not null default now()
);

create function erase_events(ids uuid[], out events bigint, out deliveries bigint, out attempts bigint)
language sql as $$
  with noted as (insert into erased_events (id) select distinct unnest(ids) on conflict do nothing),
  gone_attempts as (
    delete from attempts a using deliveries d where d.event_id = any(ids) and a.delivery_id = d.id returning 1),
  gone_deliveries as (delete from deliveries where event_id = any(ids) returning 1),
  gone_events as (delete from events where id = any(ids) returning 1)
  select (select count(*) from gone_events), (select count(*) from gone_deliveries), (select count(*) from gone_attempts)
$$;
