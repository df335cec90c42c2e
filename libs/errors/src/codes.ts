/**
 * Every code that a `HubError` can carry, with what it means and what to do. `docs/errors.md` lists the same
 * codes; a test compares the two.
 */
export const ERROR_CODES = {
  HUB_CONFIG_INVALID: {
    meaning: 'A setting is missing or has a value that its rule refuses.',
    remedy:
      'Read the list that the process printed: it names each variable and its rule. See docs/configuration.md.',
  },
  HUB_DATABASE_BEHIND: {
    meaning: 'The database lacks migrations that this version needs.',
    remedy: 'Run `npm run migrate` before starting the services.',
  },
  HUB_DATABASE_UNAVAILABLE: {
    meaning: 'PostgreSQL did not answer in time, refused the connection, or asked to try again.',
    remedy: 'Check DATABASE_URL and the server. The process retries by itself.',
  },
  HUB_DATABASE_REFUSED: {
    meaning:
      'PostgreSQL answered that a statement breaks a rule: a value out of range, a constraint, a missing table.',
    remedy:
      'A defect or a damaged record: the log line names the SQLSTATE and the constraint. Trying again does not help.',
  },
  HUB_KAFKA_UNAVAILABLE: {
    meaning: 'Kafka did not acknowledge a write, or no broker could be reached.',
    remedy: 'Check KAFKA_BROKERS and the brokers. The process retries by itself.',
  },
  HUB_RECORD_REFUSED: {
    meaning: 'Kafka refused a record for good, for instance because it is larger than the topic allows.',
    remedy: 'The message carries the reason of the broker. Compare max.message.bytes with MAX_EVENT_BYTES.',
  },
  HUB_TOPICS_MISMATCHED: {
    meaning: 'The delivery topics of a channel differ in their number of partitions.',
    remedy: 'Create them with the same KAFKA_PARTITIONS; grow all of them together.',
  },
  HUB_REGISTRY_UNAVAILABLE: {
    meaning: 'The schema registry did not answer.',
    remedy: 'Check SCHEMA_REGISTRY_URL and the registry. The process retries by itself.',
  },
  HUB_SCHEMA_UNKNOWN: {
    meaning:
      'A record names a schema id that the registry does not have, or a record type that the hub does not know.',
    remedy: 'Run `npm run schemas:register`; check that the producer uses the same registry.',
  },
  HUB_SCHEMA_INCOMPATIBLE: {
    meaning: 'A changed schema cannot read what its earlier versions wrote.',
    remedy: 'Give added fields a default; do not rename, remove without default, or change types.',
  },
  HUB_RECORD_UNDECODABLE: {
    meaning: 'A Kafka record is not in the Confluent wire format, or its bytes do not fit their schema.',
    remedy: 'Look at the record in hub.events.dead; its headers carry the reason. Fix the producer.',
  },
  HUB_EVENT_INVALID: {
    meaning: 'An event does not fit the schema of its type.',
    remedy: 'The message names the field and the rule.',
  },
  HUB_WAREHOUSE_UNAVAILABLE: {
    meaning: 'The warehouse did not answer, or another process has its file.',
    remedy: 'Check WAREHOUSE_URL or WAREHOUSE_DIR. The sink retries by itself; its rows wait on the topic.',
  },
  HUB_WAREHOUSE_MISMATCHED: {
    meaning: 'A column of the warehouse cannot hold what the schema of an event says, or cannot be made.',
    remedy:
      'The message names table, column, field and types. Change the column, or let the sink change it; the rows wait on the topic and are written then. See docs/warehouse.md.',
  },
  HUB_WAREHOUSE_REFUSED: {
    meaning: 'The warehouse refused a value of one event.',
    remedy: 'Look at the record in hub.events.dead; the rest was written.',
  },
  HUB_SECRET_UNREADABLE: {
    meaning: 'A secret could not be decrypted with the configured master key.',
    remedy:
      'Check that MASTER_KEY is the one the secret was stored with, or name that one in MASTER_KEY_PREVIOUS.',
  },
} as const satisfies Record<string, { meaning: string; remedy: string }>;

/** One of the codes of `ERROR_CODES`. */
export type ErrorCode = keyof typeof ERROR_CODES;
