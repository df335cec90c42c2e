import { isNewsType, type Delivery, type Destination } from '#events';
import { MAX_FACTS, type Wording } from './notices/wording.ts';
import { parseConfig } from './parse-config.ts';
import { listOf, textOf, type EventBody, type EventData } from './read-body.ts';
import type { Tally } from './tally.ts';

/** When a destination gets one message for all events of a day, in place of one each. */
export interface DigestSettings {
  /** Time of day, as `08:00`. */
  at: string;
  /** As IANA names it: `Europe/Berlin`. */
  timeZone: string;
}

/** What of a destination's settings is about digests. */
export interface Digested {
  digest?: DigestSettings;
}

/** Type of the event that a digest is. The hub makes it for one destination; nobody can publish or select it. */
export const DIGEST_TYPE = 'digest.ready';

const DAY_MS = 86_400_000;

/**
 * Whether a delivery waits for its destination's digest: the first attempt of an event, but no digest itself, nothing
 * that somebody asked for again, and none of the hub's own news, which would come too late.
 */
export function isGathered(
  { eventType, attempt, trigger }: Pick<Delivery, 'eventType' | 'attempt' | 'trigger'>,
  destination: Pick<Destination, 'config'>,
): boolean {
  if (trigger !== 'event' || attempt > 1 || eventType === DIGEST_TYPE || isNewsType(eventType)) return false;
  return parseConfig<Digested>(destination).digest !== undefined;
}

/** Whether it names a time zone. Offsets such as `+02:00` do not: they know no summer. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** The latest time at which a digest was due, Unix ms. A time that the clocks jump over is due right after the jump. */
export function lastDigestAt(nowMs: number, { at, timeZone }: DigestSettings): number {
  const format = clockOf(timeZone);
  for (let day = 0; ; day++) {
    const wanted = Date.parse(`${localTime(format, nowMs - day * DAY_MS).slice(0, 10)}T${at}:00Z`);
    const dueMs = toInstant(format, wanted);
    if (dueMs <= nowMs) return dueMs;
  }
}

/** What a digest's body says of the events that were counted. @param since when the oldest was accepted, ISO 8601 */
export function toDigestData(
  tally: Tally,
  about: { destinationId: string; since: string; until: string },
): EventData {
  const lines = tally.lines(MAX_FACTS).map(([label, value]) => ({ label, value }));
  return { ...about, title: tally.title, events: tally.events, lines };
}

/** The words of a digest. */
export function writeDigest({ data }: Pick<EventBody, 'data'>): Wording {
  return {
    title: `Daily digest: ${textOf(data, 'title')}`,
    facts: listOf(data, 'lines').map((line) => [textOf(line, 'label'), textOf(line, 'value')]),
  };
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const digits = {
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const;
  return new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', ...digits });
}

/** `2025-06-09 08:00:00`, as the clocks there show it. */
function localTime(format: Intl.DateTimeFormat, ms: number): string {
  return format.format(ms);
}

/** The instant at which the clocks show a time, which is given as if it were UTC. */
function toInstant(format: Intl.DateTimeFormat, wanted: number): number {
  const offsetAt = (ms: number) => Date.parse(`${localTime(format, ms).replace(' ', 'T')}Z`) - ms;
  const before = wanted - offsetAt(wanted - DAY_MS);
  const after = wanted - offsetAt(before);
  return Math.max(after, wanted - offsetAt(after));
}
