import {
  MAX_OPEN_REPLAYS,
  type Replay,
  type ReplayMode,
  type Selected,
  type SelectionCount,
} from '#database';
import { matchesEventType } from '#events';
import { invalid, notFound, problem } from '#service';
import { v7 as uuidV7 } from 'uuid';
import { expectedSeconds, type ReplayLimits } from './expected-seconds.ts';
import { heldOf, pastOf, type EnableRequest } from './replay.request.ts';
import { ReplayStore } from './replay.store.ts';

/** What a replay would send, and how long that takes if all goes well. */
export interface Preview extends SelectionCount {
  expectedSeconds: number;
}

const DAY_MS = 86_400_000;
const MODES = { all: 'again', since: 'again', skip: 'skip' } as const;

/** Counts, and starts, replays. */
export class Replays {
  readonly #store: ReplayStore;
  readonly #limits: ReplayLimits;

  constructor(store: ReplayStore, limits: ReplayLimits) {
    this.#store = store;
    this.#limits = limits;
  }

  /** A 404 when there is no such destination. */
  async preview(selected: Selected): Promise<Preview> {
    return (await this.#count(selected)).preview;
  }

  async start(asked: Selected, mode: ReplayMode): Promise<Replay> {
    const { selected, preview } = await this.#count(asked);
    const id = uuidV7();
    if (!(await this.#store.add({ ...selected, id, mode, total: preview.count })))
      throw problem(409, `The destination has ${MAX_OPEN_REPLAYS} replays that are not over.`);
    return this.find(selected.projectId, id);
  }

  /** What a new webhook is to get of the time before it; a 400 where that is no longer stored. */
  async past(webhook: {
    projectId: string;
    destinationId: string;
    eventTypes: readonly string[];
    startAt: Date;
  }) {
    const { startAt, eventTypes: patterns, ...key } = webhook;
    const now = new Date();
    await this.#requireStored(startAt, now);
    const selected = onlyTaken(pastOf(key, startAt, now), patterns);
    const { count: total } = await this.#store.count(selected);
    return { ...selected, id: uuidV7(), mode: 'again' as const, total };
  }

  async #requireStored(at: Date, now: Date): Promise<void> {
    const { retentionDays } = this.#limits;
    const forgotten = await this.#store.forgottenBefore();
    const since = retentionDays === 0 ? -Infinity : now.getTime() - retentionDays * DAY_MS;
    if (at.getTime() >= Math.max(since, forgotten?.getTime() ?? -Infinity)) return;
    const rule =
      retentionDays === 0
        ? `must not be before ${forgotten?.toISOString()}, from which on events are stored`
        : `must be within the ${retentionDays} days that events are kept`;
    throw invalid([{ field: 'startAt', rule }]);
  }

  /** What is to become of held deliveries; null where they stay held. */
  async resume(
    key: Pick<Selected, 'projectId' | 'destinationId'>,
    { resume, hours }: EnableRequest,
  ): Promise<Replay | null> {
    if (resume === undefined) return null;
    return this.start(heldOf(key, hours, new Date()), MODES[resume]);
  }

  async find(projectId: string, id: string): Promise<Replay> {
    const replay = await this.#store.find(projectId, id);
    if (replay === undefined) throw notFound();
    return replay;
  }

  async #count(asked: Selected): Promise<{ selected: Selected; preview: Preview }> {
    const destination = await this.#store.pace(asked);
    if (destination === undefined) throw notFound();
    const selected = asked.selection === 'missing' ? onlyTaken(asked, destination.eventTypes) : asked;
    const counted = await this.#store.count(selected);
    const seconds = expectedSeconds(counted.count, destination, this.#limits);
    return { selected, preview: { ...counted, expectedSeconds: seconds } };
  }
}

/** Of events that it never had, those of other types than it takes are not missing. */
function onlyTaken(selected: Selected, patterns: readonly string[]): Selected {
  const eventTypes = selected.eventTypes.filter((type) => matchesEventType(patterns, type));
  return { ...selected, eventTypes };
}
