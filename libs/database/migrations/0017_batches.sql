-- The request of an attempt, where it carried a batch: its webhook-id, and how many deliveries it carried.
alter table attempts add column batch_id uuid;
alter table attempts add column batch_size integer;
