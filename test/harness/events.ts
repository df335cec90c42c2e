import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { findEventType } from '#events';
import { expect } from 'vitest';
import { eventually } from './eventually.ts';
import type { TestHub } from './hub.ts';

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

/**
 * Publishes events in batches of 100, each again until it is acknowledged; the same ids, so that an answer that was
 * lost costs nothing. Gives back what was acknowledged: all of them.
 */
export async function publishAll(hub: Pick<TestHub, 'call'>, events: readonly SampleEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += 100) {
    const batch = events.slice(from, from + 100);
    await eventually(async () => {
      const { status } = await hub.call('POST', '/v1/events/batch', { events: batch });
      expect(status).toBe(202);
    }, 120_000);
  }
}

/** So many events of a type. */
export function sampleEvents(count: number, type?: string): SampleEvent[] {
  return Array.from({ length: count }, () => sampleEvent(type));
}

/** Publishes so many events a second, in batches, until it is stopped; then gives back what was acknowledged: all. */
export function startTraffic(
  hub: Pick<TestHub, 'call'>,
  eventsPerSecond: number,
  { batchMs = 100, make = () => sampleEvent() }: { batchMs?: number; make?: () => SampleEvent } = {},
): { stop: () => Promise<SampleEvent[]> } {
  const acknowledged: SampleEvent[] = [];
  const startedAt = performance.now();
  let isStopped = false;
  const run = async () => {
    while (!isStopped) {
      const due = Math.floor(((performance.now() - startedAt) / 1_000) * eventsPerSecond);
      const events = Array.from({ length: due - acknowledged.length }, make);
      await publishAll(hub, events);
      acknowledged.push(...events);
      await delay(batchMs);
    }
  };
  const running = run();
  return {
    stop: async () => {
      isStopped = true;
      await running;
      return acknowledged;
    },
  };
}
