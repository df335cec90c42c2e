-- The query of a URL may hold a key: the audit log tells that the URL changed, and what stands before its query.
create or replace function audit.difference(of_row jsonb, other jsonb, shown text[], hidden text[]) returns jsonb
language sql immutable as $$
  select jsonb_object_agg(name, case
    when name = any(hidden) and of_row -> name <> 'null' then to_jsonb('[hidden]'::text)
    when name = 'url' then to_jsonb(regexp_replace(of_row ->> name, '\?.*', '?[hidden]'))
    else of_row -> name end)
  from unnest(shown || hidden) name
  where of_row -> name is distinct from other -> name and of_row -> name <> 'null'::jsonb
    or (other is not null and other -> name <> 'null'::jsonb and of_row -> name = 'null'::jsonb)
$$;
