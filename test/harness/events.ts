import { randomUUID } from 'node:crypto';
import { findEventType } from '#events';

/** An event as `POST /v1/events` takes it. */
export interface SampleEvent {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

/** An event of a type with the catalogue's example and an id of its own. */
export function sampleEvent(type = 'experiment.conversion', data: Record<string, unknown> = {}): SampleEvent {
  return { id: randomUUID(), type, data: { ...findEventType(type)?.example, ...data } };
}
