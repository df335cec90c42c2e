-- Who did what. Apart from other tables: nothing refers to it or is referred to, and entries are only ever added.
create schema audit;

create table audit.entries (
  -- Version 7: entries of one millisecond keep their order.
  id uuid primary key default uuidv7(),
  at timestamptz(3) not null default clock_timestamp(),
  tenant_id uuid not null,
  project_id uuid,
  action text not null,
  actor_kind text not null,
  actor_id text,
  actor_name text,
  ip_address text,
  user_agent text,
  object_kind text not null,
  object_id text not null,
  object_name text,
  before jsonb,
  after jsonb
);
create index entries_by_tenant on audit.entries (tenant_id, at desc, id desc);

create function audit.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'entries of the audit log never change';
end $$;
create trigger refuse_change before update on audit.entries execute function audit.refuse_change();

-- Of a row before and after: the shown columns that differ, and of the hidden ones only that they do.
create function audit.difference(of_row jsonb, other jsonb, shown text[], hidden text[]) returns jsonb
language sql immutable as $$
  select jsonb_object_agg(name, case when name = any(hidden) and of_row -> name <> 'null' then to_jsonb('[hidden]'::text) else of_row -> name end)
  from unnest(shown || hidden) name
  where of_row -> name is distinct from other -> name and of_row -> name <> 'null'::jsonb
    or (other is not null and other -> name <> 'null'::jsonb and of_row -> name = 'null'::jsonb)
$$;

create function audit.add_entry(entry audit.entries) returns void language plpgsql as $$
declare
  actor jsonb := coalesce(nullif(current_setting('hub.actor', true), ''), '{"kind": "hub"}')::jsonb;
begin
  insert into audit.entries (tenant_id, project_id, action, actor_kind, actor_id, actor_name, ip_address, user_agent,
    object_kind, object_id, object_name, before, after)
  values (entry.tenant_id, entry.project_id, entry.action, actor ->> 'kind', actor ->> 'id', actor ->> 'name',
    coalesce(entry.ip_address, actor ->> 'ipAddress'), coalesce(entry.user_agent, actor ->> 'userAgent'),
    entry.object_kind, entry.object_id, entry.object_name, entry.before, entry.after);
end $$;

-- A trigger, as for the outbox: no caller can forget it, and it commits with the change or not at all. Its arguments are
-- the kind of object ('' where the row says it), the columns to show, and those of which only a change is told. Columns
-- that are not named are not told, so a secret that is added stays out by itself.
create function audit.note_change() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  old_row jsonb := to_jsonb(old);
  new_row jsonb := to_jsonb(new);
  of_row jsonb := coalesce(new_row, old_row);
  shown text[] := string_to_array(tg_argv[1], ',');
  hidden text[] := string_to_array(tg_argv[2], ',');
  entry audit.entries;
begin
  entry.before := audit.difference(old_row, new_row, shown, hidden);
  entry.after := audit.difference(new_row, old_row, shown, hidden);
  if tg_op = 'UPDATE' and entry.before is null and entry.after is null then return null; end if;
  entry.object_kind := coalesce(nullif(tg_argv[0], ''), of_row ->> 'kind');
  entry.action := entry.object_kind || case tg_op when 'INSERT' then '.created' when 'UPDATE' then '.changed' else '.deleted' end;
  entry.tenant_id := coalesce(of_row ->> 'tenant_id', of_row ->> 'id');
  entry.project_id := case when entry.object_kind = 'project' then of_row ->> 'id' else of_row ->> 'project_id' end;
  entry.object_id := coalesce(of_row ->> 'id', of_row ->> 'user_id');
  entry.object_name := coalesce(of_row ->> 'name', of_row ->> 'email',
    (select email from users where id = (of_row ->> 'user_id')::uuid));
  perform audit.add_entry(entry);
  return null;
end $$;

create trigger audit after insert or update or delete on tenants
  for each row execute function audit.note_change('tenant', 'name', '');
create trigger audit after insert or update or delete on projects
  for each row execute function audit.note_change('project', 'name', '');
create trigger audit after insert or update or delete on members
  for each row execute function audit.note_change('member', 'role', '');
create trigger audit after insert or update or delete on invitations
  for each row execute function audit.note_change('invitation', 'email,role,expires_at,accepted_at', '');
create trigger audit after insert or delete or update of name, scopes, revoked_at on api_keys
  for each row execute function audit.note_change('api-key', 'name,prefix,scopes,revoked_at', '');
create trigger audit after insert or update or delete on destinations
  for each row execute function audit.note_change(
    '', 'name,url,event_types,is_enabled,disabled_reason,rate_limit,config', 'secret,next_secret,headers');

-- What a person does about themselves is told in every tenant that they are a member of.
create function audit.note_person(person uuid, what text, ip_address text, user_agent text) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  entry audit.entries;
  membership record;
begin
  entry.action := what;
  entry.object_kind := 'person';
  entry.object_id := person::text;
  entry.ip_address := ip_address;
  entry.user_agent := user_agent;
  for membership in select m.tenant_id, u.email from members m join users u on u.id = m.user_id where m.user_id = person
  loop
    entry.tenant_id := membership.tenant_id;
    entry.object_name := membership.email;
    perform audit.add_entry(entry);
  end loop;
end $$;

create function audit.note_session() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  -- Whoever signs in is known only by the session itself.
  perform set_config('hub.actor', json_build_object('kind', 'person', 'id', new.user_id,
    'name', (select email from users where id = new.user_id))::text, true);
  perform audit.note_person(new.user_id, 'person.signed_in', new.ip_address, new.user_agent);
  return null;
end $$;
create trigger audit after insert on sessions for each row execute function audit.note_session();

create function audit.note_password() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if coalesce(current_setting('hub.actor', true), '') = '' then
    perform set_config('hub.actor', json_build_object('kind', 'person', 'id', new.user_id,
      'name', (select email from users where id = new.user_id))::text, true);
  end if;
  perform audit.note_person(new.user_id, 'person.password_changed', null, null);
  return null;
end $$;
create trigger audit after update of password on accounts for each row
  when (old.password is distinct from new.password) execute function audit.note_password();

-- Triggers run them all the same; nobody else is to.
revoke execute on all functions in schema audit from public;
grant usage on schema audit to hub_tenant;
select wall_in('audit.entries', 'select');
