import { DIGEST_TYPE, Tally, lastDigestAt, readBody, toDigestData } from '#connectors';
import { deliveryId } from '#delivery';
import { describeError } from '#errors';
import type { Delivery } from '#events';
import type { Channel } from '#kafka';
import type { Log } from '#log';
import { v5 } from 'uuid';
import type { DigestEvent, DigestStore, DigestedDestination, UnpublishedDigest } from './digest.store.ts';

/** What making digests takes. */
export interface RunDigestsOptions {
  store: DigestStore;
  /** Puts a delivery on its channel's topic; rejects when Kafka does not take it. */
  publish: (channel: Channel, delivery: Delivery) => Promise<unknown>;
  everyMs: number;
  now: () => Date;
}

/**
 * Makes digests when they are due and sends them on their way. What was made and not published, as after a kill, is
 * published by the next round under the same ids. @returns what ends it
 */
export function runDigests(options: RunDigestsOptions, log: Log): () => Promise<void> {
  let running: Promise<void> | undefined;
  const run = async () => {
    try {
      await makeDigests(options, log);
    } catch (error) {
      log.warn({ reason: describeError(error) }, 'digest.failed');
    }
  };
  const timer = setInterval(() => {
    running ??= run().finally(() => (running = undefined));
  }, options.everyMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** One round. */
export async function makeDigests({ store, publish, now }: RunDigestsOptions, log: Log): Promise<void> {
  const madeAt = now();
  for (const destination of await store.destinations()) {
    const dueAt = dueAtOf(destination, madeAt);
    if (dueAt !== undefined) await makeDigest(store, destination, { dueAt, madeAt }, log);
  }
  await store.publish(async (digest) => {
    await publish(digest.kind, toDelivery(digest));
  });
  await store.follow();
}

/** When the digest was due that is still to be made. One that was switched off tells at once what it had gathered. */
function dueAtOf({ digest, lastDueAt }: DigestedDestination, now: Date): Date | undefined {
  if (digest === null) return now;
  const dueAt = new Date(lastDigestAt(now.getTime(), digest));
  return lastDueAt === null || lastDueAt < dueAt ? dueAt : undefined;
}

async function makeDigest(
  store: DigestStore,
  destination: DigestedDestination,
  times: { dueAt: Date; madeAt: Date },
  log: Log,
): Promise<void> {
  const { destinationId } = destination;
  const tally = new Tally();
  let since = times.dueAt.toISOString();
  // The same for the same time, so that a digest is one delivery however often it is published.
  const eventId = v5(`digest:${times.dueAt.toISOString()}`, destinationId);
  const ids = { eventId, deliveryId: deliveryId(eventId, destinationId) };
  const wasMade = await store.make(destination, times, {
    deliveryId: ids.deliveryId,
    count: (body) => {
      const event = readBody(body);
      if (event.createdAt < since) since = event.createdAt;
      tally.add(event);
    },
    make: () => {
      const until = times.dueAt.toISOString();
      return tally.events === 0
        ? undefined
        : toEvent({ ...destination, ...ids, since, until }, tally, times.madeAt);
    },
  });
  if (wasMade && tally.events > 0) log.info({ destinationId, ...ids, events: tally.events }, 'digest.made');
}

type Made = DigestedDestination &
  Pick<DigestEvent, 'eventId' | 'deliveryId'> & { since: string; until: string };

function toEvent(made: Made, tally: Tally, madeAt: Date): DigestEvent {
  const { eventId, deliveryId: id, tenantId, projectId, destinationId, since, until } = made;
  const data = toDigestData(tally, { destinationId, since, until });
  const createdAt = madeAt.toISOString();
  const body = { id: eventId, type: DIGEST_TYPE, projectId, tenantId, createdAt, data };
  return { eventId, deliveryId: id, type: DIGEST_TYPE, body: Buffer.from(JSON.stringify(body)) };
}

function toDelivery(digest: UnpublishedDigest): Delivery {
  const { deliveryId: id, eventId, tenantId, projectId, destinationId, madeAt, body } = digest;
  return {
    ...{ id, eventId, tenantId, projectId, destinationId, body },
    eventType: DIGEST_TYPE,
    acceptedAt: madeAt.getTime(),
    attempt: 1,
    uncounted: 0,
    dueAt: null,
    trigger: 'event',
    replayId: null,
    batch: null,
    isTransformed: false,
    visitorId: null,
    problem: null,
  };
}
