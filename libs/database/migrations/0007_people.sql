-- People, as better-auth keeps them; its names for columns are mapped in libs/identity. A session's token is worth
-- nothing without the key that signs the cookie, a verification's identifier is a digest, a password is scrypt's.
create table users (
  id uuid primary key,
  name text not null,
  email text not null unique,
  is_email_verified boolean not null default false,
  image text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  token text not null unique,
  expires_at timestamptz(3) not null,
  ip_address text,
  user_agent text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index sessions_by_user on sessions (user_id);

create table accounts (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz(3),
  refresh_token_expires_at timestamptz(3),
  scope text,
  password text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (provider_id, account_id)
);
create index accounts_by_user on accounts (user_id);

create table verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index verifications_by_identifier on verifications (identifier);

create table members (
  tenant_id uuid not null references tenants on delete cascade,
  user_id uuid not null references users on delete cascade,
  role text not null check (role in ('owner', 'admin', 'developer', 'viewer')),
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, user_id)
);
create index members_by_user on members (user_id);

create table invitations (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  email text not null,
  role text not null check (role in ('owner', 'admin', 'developer', 'viewer')),
  -- SHA-256 of the token, which only the mail holds.
  token_hash bytea not null unique,
  invited_by uuid references users on delete set null,
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  accepted_at timestamptz(3)
);
create index invitations_by_tenant on invitations (tenant_id, created_at desc);
-- One open invitation an address and tenant.
create unique index invitations_open on invitations (tenant_id, email) where accepted_at is null;

-- No tenant without an owner, whoever changes its members and however many at once. The lock on the tenant's row makes
-- two changes of one tenant come one after the other.
create function keep_an_owner() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform from tenants where id = old.tenant_id for update;
  -- The tenant itself is being deleted.
  if not found then return null; end if;
  if not exists (select from members where tenant_id = old.tenant_id and role = 'owner') then
    raise exception 'a tenant needs an owner' using errcode = 'check_violation', constraint = 'members_keep_an_owner';
  end if;
  return null;
end $$;
create trigger keep_an_owner after update of role on members
  for each row when (old.role = 'owner' and new.role <> 'owner') execute function keep_an_owner();
create trigger keep_an_owner_on_removal after delete on members
  for each row when (old.role = 'owner') execute function keep_an_owner();
