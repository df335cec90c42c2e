-- What an API key may touch is told by its tenant too, so that every table that belongs to tenants says so alike.
alter table api_keys add tenant_id uuid references tenants on delete cascade;
update api_keys k set tenant_id = p.tenant_id from projects p where p.id = k.project_id;
create function set_tenant_of_project() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  select tenant_id into new.tenant_id from projects where id = new.project_id;
  return new;
end $$;
create trigger set_tenant_of_project before insert on api_keys for each row execute function set_tenant_of_project();
alter table api_keys alter tenant_id set not null;

-- The role that requests of the admin API run under: it sees only rows of the tenant in the setting hub.tenant_id, and
-- none without it. The owner of the tables, under which stages and the command line run, sees all.
do $$
begin
  if not exists (select from pg_roles where rolname = 'hub_tenant') then
    begin
      create role hub_tenant nologin;
    exception when duplicate_object or unique_violation then
      -- Another database of this server was migrated at the same time.
      null;
    end;
  end if;
  if not pg_has_role(current_user, 'hub_tenant', 'member') then
    execute format('grant hub_tenant to %I', current_user);
  end if;
end $$;

create function current_tenant() returns uuid language sql stable as $$
  select nullif(current_setting('hub.tenant_id', true), '')::uuid
$$;

-- For each table with a column tenant_id that the admin API reads or writes: `rights` as in GRANT.
create function wall_in(walled regclass, rights text, tenant_column text default 'tenant_id') returns void
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', walled);
  execute format(
    'create policy own_tenant on %s to hub_tenant using (%I = (select current_tenant())) with check (%I = (select current_tenant()))',
    walled, tenant_column, tenant_column);
  execute format('grant %s on %s to hub_tenant', rights, walled);
end $$;

select wall_in('tenants', 'select, update', 'id');
select wall_in('projects', 'select, insert, update');
select wall_in('api_keys', 'select, insert, update');
select wall_in('destinations', 'select, insert, update, delete');
select wall_in('events', 'select, insert');
select wall_in('deliveries', 'select, insert, update');
select wall_in('attempts', 'select, insert');
select wall_in('members', 'select, update, delete');
select wall_in('invitations', 'select, insert, update, delete');

-- Of people, members of a tenant see one another, and no more than this of them.
alter table users enable row level security;
create policy fellow_member on users to hub_tenant using (exists (select from members where user_id = users.id));
grant select (id, name, email) on users to hub_tenant;

-- It writes to a table that tenants have no part in.
alter function announce_destination() security definer set search_path = pg_catalog, public;
