-- Times are kept to the millisecond, as JavaScript holds them: a cursor made of one must find its row again.
create table tenants (
  id uuid primary key,
  name text not null,
  created_at timestamptz(3) not null default now()
);

create table projects (
  id uuid primary key,
  tenant_id uuid not null references tenants on delete cascade,
  name text not null,
  created_at timestamptz(3) not null default now()
);
create index projects_by_tenant on projects (tenant_id);

-- Only the digest of a key is kept: it has 256 random bits, so nothing slower than SHA-256 is needed.
create table api_keys (
  id uuid primary key,
  project_id uuid not null references projects on delete cascade,
  name text not null,
  prefix text not null,
  hash bytea not null unique,
  created_at timestamptz(3) not null default now(),
  last_used_at timestamptz(3),
  revoked_at timestamptz(3)
);
create index api_keys_by_project on api_keys (project_id);
