-- Headers of the user's own: names in lower case, values encrypted and in base64.
alter table destinations add column headers jsonb not null default '{}';
