-- What people change of themselves, and who tried in vain to sign in as them, is told in each tenant that they are in.
create function audit.note_profile() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  entry audit.entries;
  membership record;
begin
  entry.action := 'person.changed';
  entry.object_kind := 'person';
  entry.object_id := new.id::text;
  entry.object_name := new.email;
  entry.before := audit.difference(to_jsonb(old), to_jsonb(new), '{name,email}', '{}');
  entry.after := audit.difference(to_jsonb(new), to_jsonb(old), '{name,email}', '{}');
  for membership in select tenant_id from members where user_id = new.id loop
    entry.tenant_id := membership.tenant_id;
    perform audit.add_entry(entry);
  end loop;
  return null;
end $$;
create trigger audit after update of name, email on users for each row
  when (old.name is distinct from new.name or old.email is distinct from new.email) execute function audit.note_profile();

-- Once a minute for each person and address at most, so that whoever guesses passwords does not fill the log.
create function audit.note_refused_sign_in(address text, from_ip text, agent text) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  entry audit.entries;
  membership record;
begin
  entry.action := 'person.sign_in_refused';
  entry.object_kind := 'person';
  entry.ip_address := from_ip;
  entry.user_agent := agent;
  for membership in
    select m.tenant_id, u.id, u.email from users u join members m on m.user_id = u.id
    where u.email = address and not exists (
      select from audit.entries e
      where e.tenant_id = m.tenant_id and e.at > now() - interval '1 minute' and e.object_id = u.id::text
        and e.action = 'person.sign_in_refused' and e.ip_address is not distinct from from_ip)
  loop
    entry.tenant_id := membership.tenant_id;
    entry.object_id := membership.id::text;
    entry.object_name := membership.email;
    perform audit.add_entry(entry);
  end loop;
end $$;
revoke execute on all functions in schema audit from public;
