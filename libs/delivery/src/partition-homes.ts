import { setMaxListeners } from 'node:events';
import { HubError } from '#errors';
import { Budget } from './budget.ts';
import type { Job, Lane } from './lane.ts';
import { RecentIds } from './recent-ids.ts';

/** Everything a worker knows of one partition number, for all topics of its channel. */
export interface PartitionHome {
  partition: number;
  assignmentId: number;
  lanes: Map<string, Lane>;
  recent: RecentIds;
  /** How many deferred deliveries may be put at the end of their topic again, for those of others behind them … */
  rotations: Budget;
  /** … and how many where no others are in sight, but some may be further back. */
  blindRotations: Budget;
  /** As many of replays, which have a topic of their own. */
  replayRotations: Budget;
  /** Whether `recent` has what the predecessor did … */
  filled: Promise<boolean>;
  /** … since this instant, Unix ms. */
  filledSinceMs: number;
  /** Cuts the requests in flight. */
  cut: AbortController;
}

/** How a worker learns what its predecessor on a partition had already done since an instant (Unix ms), and a little before. */
export type ReadRecent = (
  partitions: readonly number[],
  visit: (partition: number, key: string) => void,
  sinceMs: number,
) => Promise<void>;

const MAX_RECENT_IDS = 50_000;
const ROTATIONS_PER_SECOND = 200;
const BLIND_ROTATIONS = 20;
const BLIND_WINDOW_MS = 5_000;
/** What is read of every partition at once; further back only where uncommitted messages are older. */
const FIRST_FILL_MS = 60_000;

/** The partitions that live in this process. A partition gained anew starts from what its topic remembers. */
export class PartitionHomes {
  readonly #readRecent: ReadRecent;
  readonly #now: () => number;
  readonly #homes = new Map<number, PartitionHome>();
  /** Homes that were left with requests under way, until those have ended. */
  readonly #left = new Map<number, PartitionHome>();
  /**
   * Jobs taken on and not finished, by attempt key. They outlive their home: a partition that comes back while a
   * request of its former life is still under way must wait for that one, not send another.
   */
  readonly open = new Map<string, Job>();

  /** @param now Unix ms */
  constructor(readRecent: ReadRecent, now: () => number) {
    this.#readRecent = readRecent;
    this.#now = now;
  }

  /** The connection to the group is gone: starts nothing more, and lets the requests in flight end. */
  suspend(): void {
    for (const home of this.all()) this.#leave(home);
  }

  /** Takes over an assignment (ids by partition): cuts off what was lost, and begins to fill what is new. */
  assign(assignments: ReadonlyMap<number, number>): void {
    for (const home of this.all())
      if (assignments.get(home.partition) !== home.assignmentId) this.#leave(home);
    for (const home of this.#left.values()) if (!assignments.has(home.partition)) home.cut.abort();
    const fresh = [...assignments].filter(([partition]) => !this.#homes.has(partition));
    for (const [partition, assignmentId] of fresh)
      this.#homes.set(partition, this.#enter(partition, assignmentId));
    const sinceMs = this.#now() - FIRST_FILL_MS;
    const filled = this.#fill(
      fresh.map(([partition]) => partition),
      sinceMs,
    );
    for (const [partition] of fresh)
      Object.assign(this.#homes.get(partition) as PartitionHome, { filled, filledSinceMs: sinceMs });
  }

  /**
   * The home of a partition, once it knows every attempt since `sinceMs` (Unix ms); `undefined` when the partition has
   * gone. Throws when that can't be read.
   */
  async find(partition: number, assignmentId: number, sinceMs: number): Promise<PartitionHome | undefined> {
    const current = () => {
      const home = this.#homes.get(partition);
      // The same object may have left and come back under another id, and be filled for that one.
      return home?.assignmentId === assignmentId ? home : undefined;
    };
    const home = current();
    if (home === undefined) return undefined;
    const isFilled = await home.filled;
    if (current() === undefined) return undefined;
    if (isFilled && sinceMs >= home.filledSinceMs) return home;
    const fromMs = Math.min(sinceMs, home.filledSinceMs);
    const filled = this.#fill([partition], fromMs);
    home.filled = filled;
    const hasRead = await filled;
    if (current() === undefined) return undefined;
    if (!hasRead)
      throw new HubError('HUB_KAFKA_UNAVAILABLE', 'The recent attempts could not be read', { partition });
    home.filledSinceMs = fromMs;
    return home;
  }

  /** Cuts every request in flight; those that start later are not concerned. */
  cutAll(): void {
    for (const home of [...this.all(), ...this.#left.values()]) {
      home.cut.abort();
      home.cut = createCut();
    }
  }

  /** Keeps an attempt as made, in whatever home its partition has by now. */
  remember(partition: number, key: string): void {
    this.#homes.get(partition)?.recent.add(key);
  }

  all(): PartitionHome[] {
    return [...this.#homes.values()];
  }

  /** Lanes of the partitions that live here. */
  lanes(): Lane[] {
    return this.all().flatMap(({ lanes }) => [...lanes.values()]);
  }

  /** Lanes with requests under way, those of partitions that were left among them. */
  busyLanes(): Lane[] {
    const left = [...this.#left.values()].flatMap(({ lanes }) => [...lanes.values()]);
    return [...this.lanes(), ...left].filter(({ inFlight }) => inFlight > 0);
  }

  /** Forgets lanes that nothing goes on in and nobody will miss. */
  sweep(isMissed: (lane: Lane) => boolean): void {
    for (const { lanes } of this.all()) {
      for (const [id, lane] of lanes) if (isIdle(lane) && !isMissed(lane)) lanes.delete(id);
    }
    for (const [partition, { lanes }] of this.#left)
      if ([...lanes.values()].every(isIdle)) this.#left.delete(partition);
  }

  #leave(home: PartitionHome): void {
    this.#homes.delete(home.partition);
    this.#left.set(home.partition, home);
    for (const lane of home.lanes.values()) {
      lane.hold();
      for (const { key } of lane.takeQueued()) this.open.delete(key);
    }
  }

  /** A partition that comes back finds its lanes that are still busy: no second request goes out beside theirs. */
  #enter(partition: number, assignmentId: number): PartitionHome {
    const former = this.#left.get(partition);
    this.#left.delete(partition);
    const home = emptyHome(partition, assignmentId);
    if (former === undefined) return home;
    const busy = [...former.lanes].filter(([, lane]) => !isIdle(lane));
    const cut = former.cut.signal.aborted ? home.cut : former.cut;
    // The same object: what runs in its lanes goes on in the new home.
    return Object.assign(former, home, { lanes: new Map(busy), cut });
  }

  /** @returns whether the recent ids are in; a failure is met again by whoever needs the home */
  async #fill(partitions: readonly number[], sinceMs: number): Promise<boolean> {
    if (partitions.length === 0) return true;
    try {
      await this.#readRecent(partitions, (partition, key) => this.remember(partition, key), sinceMs);
      return true;
    } catch {
      return false;
    }
  }
}

function isIdle(lane: Lane): boolean {
  return lane.inFlight === 0 && lane.queued === 0;
}

function emptyHome(partition: number, assignmentId: number): PartitionHome {
  return {
    partition,
    assignmentId,
    lanes: new Map(),
    recent: new RecentIds(MAX_RECENT_IDS),
    rotations: new Budget(ROTATIONS_PER_SECOND),
    blindRotations: new Budget(BLIND_ROTATIONS, BLIND_WINDOW_MS),
    replayRotations: new Budget(BLIND_ROTATIONS, BLIND_WINDOW_MS),
    filled: Promise.resolve(false),
    filledSinceMs: Infinity,
    cut: createCut(),
  };
}

function createCut(): AbortController {
  const cut = new AbortController();
  setMaxListeners(0, cut.signal);
  return cut;
}
