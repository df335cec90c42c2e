create table destinations (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  project_id uuid not null references projects on delete cascade,
  kind text not null check (kind in ('webhook', 'slack', 'email')),
  name text not null,
  url text not null,
  event_types text[] not null,
  is_enabled boolean not null default true,
  -- Grows at each enabling, so that failures counted before it can be told from those after.
  enabled_epoch integer not null default 1,
  disabled_reason text,
  disabled_at timestamptz(3),
  -- Encrypted under the master key.
  secret bytea not null,
  next_secret bytea,
  next_secret_at timestamptz(3),
  rate_limit double precision,
  version bigint not null default 1,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index destinations_by_project on destinations (project_id, created_at desc, id desc);
create index destinations_by_tenant on destinations (tenant_id);

-- What is still to be published. Rows of one key are written under the lock of the row they tell of, so for a
-- key the order of ids is the order of commits.
create table outbox (
  id bigint generated always as identity primary key,
  topic_role text not null,
  key text not null,
  value json,
  created_at timestamptz(3) not null default now()
);

create function stamp_destination() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := clock_timestamp();
  return new;
end $$;

create trigger stamp_destination before update on destinations
  for each row when (old.* is distinct from new.*) execute function stamp_destination();

-- A trigger, not a statement of each caller: admin API, recorder and command line all change destinations, and a
-- change that is not announced would never be routed.
create function announce_destination() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    insert into outbox (topic_role, key, value) values ('destinations', old.id::text, null);
  else
    insert into outbox (topic_role, key, value) values ('destinations', new.id::text, to_json(new));
  end if;
  return null;
end $$;

create trigger announce_new_destination after insert or delete on destinations
  for each row execute function announce_destination();
create trigger announce_changed_destination after update on destinations
  for each row when (old.* is distinct from new.*) execute function announce_destination();
