/** Kafka header with the last instant at which the event may be appended and still count; Unix ms in decimal. */
export const ACCEPT_BY_HEADER = 'accept-by';

/** Kafka header with the event's id, readable without the schema. */
export const EVENT_ID_HEADER = 'event-id';
