-- A CEL expression: of its event types, a destination takes the events for which it is true.
alter table destinations add column filter text;

drop trigger audit on destinations;
create trigger audit after insert or update or delete on destinations
  for each row execute function audit.note_change(
    '', 'name,url,event_types,filter,is_enabled,disabled_reason,rate_limit,config', 'secret,next_secret,headers');
