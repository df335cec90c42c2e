/** An event as a delivery's body has it. */
export interface EventBody {
  id: string;
  type: string;
  projectId: string;
  createdAt: string;
  data: EventData;
}

/** What an event says. Read with care: a body may be older than this version of its schema. */
export type EventData = Readonly<Record<string, unknown>>;

/** The event in a delivery's body, which the hub itself has written. */
export function readBody(body: Uint8Array): EventBody {
  return JSON.parse(Buffer.from(body).toString('utf8')) as EventBody;
}

/** A field as text; empty when there is none. */
export function textOf(data: EventData, name: string): string {
  const value = data[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A field as a number, if it is one. */
export function numberOf(data: EventData, name: string): number | undefined {
  const value = data[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A field as a list of records. */
export function listOf(data: EventData, name: string): EventData[] {
  const value = data[name];
  return Array.isArray(value) ? (value as EventData[]) : [];
}
