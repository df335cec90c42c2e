import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '#errors';
import type { OffsetFinder } from '#kafka';
import type { Log } from '#log';
import type { RequestStore, SinkRequest } from './request.store.ts';
import type { Warehouse } from './warehouse.ts';

interface Parts {
  store: RequestStore;
  warehouse: Warehouse;
  offsets: OffsetFinder;
  topics: readonly string[];
  reposition: () => void;
  log: Log;
}

const EVERY_MS = 1_000;

/** Does what the command line asks for, one request after the other, until it is stopped. */
export function carryOutRequests(parts: Parts): { stop: () => Promise<void> } {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      const wasAny = await parts.store
        .take((request) => carryOut(parts, request))
        .catch((error: unknown) => {
          // It stays open, and is tried again.
          parts.log.warn({ reason: describeError(error) }, 'sink.request_failed');
          return false;
        });
      if (!wasAny) await delay(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

async function carryOut(parts: Parts, request: SinkRequest): Promise<string> {
  const { warehouse, log } = parts;
  if (request.kind === 'erase') {
    const { projectId, digest } = request;
    const events = await warehouse.erase({ kind: 'visitor', projectId, digest }, new Date());
    log.info({ events, projectId }, 'sink.erased');
    return `${events} events of the visitor removed`;
  }
  const to =
    'sinceMs' in request
      ? await parts.offsets.since(parts.topics, request.sinceMs)
      : (await parts.offsets.ends(parts.topics)).map((end) => ({
          ...end,
          offset: Math.min(end.offset, request.offset),
        }));
  await warehouse.rewind(to);
  parts.reposition();
  log.info({ partitions: to.length }, 'sink.rewound');
  const ends = await parts.offsets.ends(parts.topics);
  const records = ends.reduce((sum, end) => sum + end.offset - offsetIn(to, end), 0);
  return `reading ${records} records again; events that are there already stay as they are`;
}

function offsetIn(
  all: readonly { topic: string; partition: number; offset: number }[],
  of: { topic: string; partition: number; offset: number },
): number {
  return all.find((one) => one.topic === of.topic && one.partition === of.partition)?.offset ?? of.offset;
}
