import {
  MAX_OPEN_REPLAYS,
  type Replay,
  type ReplayMode,
  type Selected,
  type SelectionCount,
} from '#database';
import { matchesEventType } from '#events';
import { notFound, problem } from '#service';
import { v7 as uuidV7 } from 'uuid';
import { expectedSeconds, type ReplayLimits } from './expected-seconds.ts';
import { heldOf, type EnableRequest } from './replay.request.ts';
import { ReplayStore } from './replay.store.ts';

/** What a replay would send, and how long that takes if all goes well. */
export interface Preview extends SelectionCount {
  expectedSeconds: number;
}

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
