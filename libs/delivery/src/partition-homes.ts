import { HubError } from '#errors';
import { Budget } from './budget.ts';
import type { Job, Lane } from './lane.ts';
import { RecentIds } from './recent-ids.ts';

/** Everything a worker knows of one partition number, for all topics of its channel. */
export interface PartitionHome {
  assignmentId: number;
  lanes: Map<string, Lane>;
  /** Jobs taken on and not finished, by attempt key. */
  open: Map<string, Job>;
  recent: RecentIds;
  /** How many deferred deliveries may be put at the end of their topic again. */
  rotations: Budget;
  /** Whether `recent` has what the predecessor did. */
  filled: Promise<boolean>;
}

/** How a worker learns what its predecessor on a partition had already done. */
export type ReadRecent = (
  partitions: readonly number[],
  visit: (partition: number, key: string) => void,
) => Promise<void>;

const MAX_RECENT_IDS = 50_000;
const ROTATIONS_PER_SECOND = 200;

/** The partitions that live in this process. A partition gained anew starts from what its topic remembers. */
export class PartitionHomes {
  readonly #readRecent: ReadRecent;
  readonly #homes = new Map<number, PartitionHome>();

  constructor(readRecent: ReadRecent) {
    this.#readRecent = readRecent;
  }

  /** Takes over an assignment (ids by partition): forgets what was lost, and begins to fill what is new. */
  assign(assignments: ReadonlyMap<number, number>): void {
    for (const [partition, home] of this.#homes) {
      if (assignments.get(partition) !== home.assignmentId) this.#homes.delete(partition);
    }
    const fresh = [...assignments].filter(([partition]) => !this.#homes.has(partition));
    for (const [partition, assignmentId] of fresh) this.#homes.set(partition, emptyHome(assignmentId));
    const filled = this.#fill(fresh.map(([partition]) => partition));
    for (const [partition] of fresh) (this.#homes.get(partition) as PartitionHome).filled = filled;
  }

  /** The home of a partition, once it is filled; `undefined` when the partition has gone. Throws when it can't be filled. */
  async find(partition: number, assignmentId: number): Promise<PartitionHome | undefined> {
    const home = this.#homes.get(partition);
    if (home?.assignmentId !== assignmentId) return undefined;
    if (!(await home.filled)) {
      home.filled = this.#fill([partition]);
      if (!(await home.filled))
        throw new HubError('HUB_KAFKA_UNAVAILABLE', 'The recent attempts could not be read', { partition });
    }
    return home;
  }

  all(): PartitionHome[] {
    return [...this.#homes.values()];
  }

  lanes(): Lane[] {
    return this.all().flatMap(({ lanes }) => [...lanes.values()]);
  }

  /** @returns whether the recent ids are in; a failure is met again by whoever needs the home */
  async #fill(partitions: readonly number[]): Promise<boolean> {
    if (partitions.length === 0) return true;
    try {
      await this.#readRecent(partitions, (partition, key) => this.#homes.get(partition)?.recent.add(key));
      return true;
    } catch {
      return false;
    }
  }
}

function emptyHome(assignmentId: number): PartitionHome {
  const filled = Promise.resolve(false);
  return {
    assignmentId,
    lanes: new Map(),
    open: new Map(),
    recent: new RecentIds(MAX_RECENT_IDS),
    rotations: new Budget(ROTATIONS_PER_SECOND),
    filled,
  };
}
