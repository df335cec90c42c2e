-- A JSONata expression that makes the body of a webhook's requests.
alter table destinations add column transformation text;
-- The body of a delivery's requests, where it is not its event's own: the same bytes must go out again.
alter table deliveries add column body bytea;

drop trigger audit on destinations;
create trigger audit after insert or update or delete on destinations
  for each row execute function audit.note_change(
    '', 'name,url,event_types,filter,transformation,is_enabled,disabled_reason,rate_limit,config',
    'secret,next_secret,headers');
