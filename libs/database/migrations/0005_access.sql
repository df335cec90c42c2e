-- What a key may do; '*' is everything that a key can be allowed.
alter table api_keys add scopes text[] not null default '{*}';
