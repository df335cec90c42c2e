import { setTimeout as pause } from 'node:timers/promises';
import { matchesEventType } from '#events';
import { notFound, problem } from '#service';
import type { DeliveryBodies } from '../delivery-bodies.ts';
import { takesOf } from '../takes-of.ts';
import type { FedRow, FeedRow, FeedStore, ScannedRow } from './feed.store.ts';
import { beginningAt, endAt, fromFeedCursor, type FeedPosition, type PullQuery } from './pull.request.ts';

/** Whose events are asked for. */
export interface FeedKey {
  projectId: string;
  webhookId: string;
}

/** An event with the body that the webhook receives, or why its transformation makes none. */
export interface FedEvent extends Omit<FedRow, 'body'> {
  body: Buffer | null;
  problem: string | null;
}

/** What one request gets, and where the next one goes on. */
export interface FeedPage {
  events: FedEvent[];
  next: FeedPosition;
}

const LOOK_EVERY_MS = 1_000;
const SCANNED_AT_ONCE = 1_000;
/** An answer has no more than about this of bodies, but at least one. */
const MAX_PAGE_BYTES = 4 * 1_024 * 1_024;
/** Nobody can take the places of everybody else. */
const MOST_WAITING = 200;
const MOST_WAITING_ON_WEBHOOK = 10;

/** The events of a webhook for whoever comes and gets them: in the order in which they were recorded. */
export class EventFeed {
  readonly #store: FeedStore;
  readonly #bodies: DeliveryBodies;
  readonly #waiting: string[] = [];

  constructor(store: FeedStore, bodies: DeliveryBodies) {
    this.#store = store;
    this.#bodies = bodies;
  }

  /** @param isGone whether whoever asked has left */
  async pull(key: FeedKey, query: PullQuery, isGone: () => boolean): Promise<FeedPage> {
    const untilMs = Date.now() + query.waitSeconds * 1_000;
    const webhook = await this.#store.webhook(key.projectId, key.webhookId);
    if (webhook === undefined) throw notFound();
    const { cursor, from, limit } = query;
    let position =
      cursor === undefined
        ? beginningAt(from ?? webhook.createdAt)
        : await this.#kept(fromFeedCursor(cursor));
    for (;;) {
      const page = await this.#read({ ...key, ...webhook }, position, limit);
      position = page.next;
      if (page.events.length > 0 || Date.now() >= untilMs || isGone()) return page;
      await this.#wait(key.webhookId, Math.min(LOOK_EVERY_MS, untilMs - Date.now()));
    }
  }

  /** A 410 when retention has removed what may come behind the position. */
  async #kept(position: FeedPosition): Promise<FeedPosition> {
    const before = await this.#store.forgottenBefore();
    if (before === undefined || position.at >= before) return position;
    const since = before.toISOString();
    throw problem(
      410,
      `The cursor is of ${position.at.toISOString()}, and events are stored from ${since} on. Begin anew with from=${since}, or without a cursor.`,
    );
  }

  async #wait(webhookId: string, ms: number): Promise<void> {
    const ofWebhook = this.#waiting.filter((id) => id === webhookId).length;
    if (this.#waiting.length >= MOST_WAITING || ofWebhook >= MOST_WAITING_ON_WEBHOOK)
      throw problem(429, 'Too many requests wait for events. Ask one at a time.');
    this.#waiting.push(webhookId);
    await pause(ms);
    this.#waiting.splice(this.#waiting.indexOf(webhookId), 1);
  }

  /** Looks behind the position as far as there is anything, or until there is enough. */
  async #read(webhook: FeedKey & FeedRow, position: FeedPosition, limit: number): Promise<FeedPage> {
    const { projectId, webhookId, eventTypes } = webhook;
    const nowMs = Date.now();
    const horizon = await this.#store.horizon();
    const isTaken = takesOf(webhookId, webhook.filter);
    let next = position;
    while (Date.now() - nowMs < LOOK_EVERY_MS) {
      const scanned = await this.#store.scan(projectId, next, { horizon, limit: SCANNED_AT_ONCE });
      const wanted = scanned.filter(({ type }) => matchesEventType(eventTypes, type));
      const taken = cut(wanted, limit);
      const rows = await this.#store.withBodies(projectId, taken);
      const events = await this.#transformed(
        rows.filter((row) => isTaken(row)),
        webhook.transformation,
      );
      const last = taken.length < wanted.length ? taken.at(-1) : scanned[SCANNED_AT_ONCE - 1];
      if (last === undefined) return { events, next: endAt(horizon, new Date(nowMs), position.from) };
      next = { ...position, recordedIn: last.recordedIn, id: last.id, at: last.acceptedAt };
      if (events.length > 0) return { events, next };
    }
    return { events: [], next };
  }

  #transformed(rows: readonly FedRow[], transformation: string | null): Promise<FedEvent[]> {
    return Promise.all(
      rows.map(async (row) => {
        const made = await this.#bodies.make({ attempts: 0, ownBody: null, transformation }, row.body);
        return made.kind === 'made'
          ? { ...row, body: made.body, problem: null }
          : { ...row, body: null, problem: made.reason };
      }),
    );
  }
}

/** The first of them, no more than an answer may hold. */
function cut(rows: readonly ScannedRow[], limit: number): ScannedRow[] {
  let bytes = 0;
  return rows.slice(0, limit).filter((row, index) => (bytes += row.bytes) <= MAX_PAGE_BYTES || index === 0);
}
