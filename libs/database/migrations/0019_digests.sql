-- The digest that a delivery was counted in, which tells how it ended.
alter table deliveries add column digest_id uuid;
create index deliveries_gathered on deliveries (destination_id, accepted_at, id) where status = 'pending' and reason = 'digest';
create index deliveries_by_digest on deliveries (digest_id) where digest_id is not null;

-- A destination has one digest for each time that one was due, be there something to tell or not.
create table digests (
  destination_id uuid not null references destinations on delete cascade,
  due_at timestamptz(3) not null,
  tenant_id uuid not null,
  project_id uuid not null,
  -- Null when nothing had happened.
  event_id uuid,
  delivery_id uuid,
  made_at timestamptz(3) not null,
  -- When Kafka acknowledged its delivery.
  published_at timestamptz(3),
  -- How its delivery ended, as far as what was counted in it has been told.
  status text,
  primary key (destination_id, due_at)
);
create index digests_unpublished on digests (made_at) where delivery_id is not null and published_at is null;
create index digests_open on digests (made_at) where delivery_id is not null and status is distinct from 'success';
select wall_in('digests', 'select');
