export {
  EVENT_CATALOGUE,
  EVENT_TYPES,
  NEWS_TYPES,
  isNewsType,
  eventTypeOf,
  findEventType,
  isEventType,
  type CatalogueEntry,
  type CatalogueField,
  type NewsType,
} from './catalogue.ts';
export { Codec, type Decoded } from './codec.ts';
export { validateEventTypePatterns, matchesEventType } from './event-patterns.ts';
export { findIncompatible } from './find-incompatible.ts';
export * from './generated.ts';
export { ACCEPT_BY_HEADER, EVENT_ID_HEADER } from './headers.ts';
export { isUuid } from './is-uuid.ts';
export { parseData, type Misfit, type ParsedData } from './parse-data.ts';
export { parseTimestamp } from './parse-timestamp.ts';
export {
  createPublisher,
  type NewEvent,
  type PublishableType,
  type Publisher,
  type PublisherOptions,
} from './publisher.ts';
export { eventDecoder, isEventRecord, isRefused, readEvent, type EventRecord } from './read-event.ts';
export { Registry, type Registration, type RegistrySettings } from './registry.ts';
export { RECORD_NAMES, schemaText, type RecordName, type Records } from './schemas.ts';
export {
  dataShape,
  dataShapeOf,
  type EventName,
  type FieldShape,
  type RecordShape,
  type Shape,
} from './shape.ts';
export { toBody } from './to-body.ts';
export { WrittenEvents, type WrittenEvent } from './written-events.ts';
