-- What a kind of destination needs to know beside its secret: a channel, recipients, a digest. jsonb, which unlike json can
-- be compared: the triggers do so.
alter table destinations add column config jsonb not null default '{}';
