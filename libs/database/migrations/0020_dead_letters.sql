-- Records that no stage could handle, as hub.events.dead has them: looked at, and sent again, by operators alone. Nobody
-- knows whose they are.
create table dead_letters (
  -- Made of topic, partition and offset: several stages may fail on the same record.
  id uuid primary key,
  topic text not null,
  partition integer not null,
  record_offset bigint not null,
  key bytea,
  -- Null also where the record was too large to be kept.
  value bytea,
  -- Values in base64.
  headers json not null,
  reason text not null,
  detail text not null,
  failed_at timestamptz(3) not null,
  -- The letter that this record was sent again from.
  origin uuid,
  resend_asked_at timestamptz(3),
  resent_at timestamptz(3),
  resends integer not null default 0
);
create index dead_letters_by_reason on dead_letters (reason, failed_at desc, id desc);
create index dead_letters_by_origin on dead_letters (origin) where origin is not null;
create index dead_letters_to_resend on dead_letters (resend_asked_at) where resend_asked_at is not null;
