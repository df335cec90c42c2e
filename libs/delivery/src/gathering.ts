import type { Destination } from '#events';
import type { BatchPolicy, Batching } from './batching.ts';
import type { Job, LaneOptions } from './lane.ts';

/** Jobs that may go in one request. */
interface Group {
  key: string | undefined;
  jobs: Job[];
  bytes: number;
  /** Nothing more fits. */
  isClosed: boolean;
}

/** Picks what a lane sends next: one job, or several that are gathered into one request. */
export class Gathering {
  readonly #policy: () => BatchPolicy | undefined;
  readonly #now: () => number;
  /** When a request of a group was last picked, Unix ms; only while that matters. */
  readonly #lastMs = new Map<string, number>();

  /** @param policy as it is now */
  constructor(policy: () => BatchPolicy | undefined, now: () => number) {
    this.#policy = policy;
    this.#now = now;
  }

  /** How many deliveries one request takes at most. */
  get perRequest(): number {
    return this.#policy()?.maxEvents ?? 1;
  }

  /** Takes out of the queue, which is not empty, what goes in one request now; or says when there will be something, Unix ms. */
  pick(queue: Job[]): Job[] | number {
    const policy = this.#policy();
    if (policy === undefined) return [queue.shift() as Job];
    const nowMs = this.#now();
    let soonestMs = Infinity;
    for (const group of groupsOf(queue, policy)) {
      const readyMs = this.#readyMs(group, policy);
      if (readyMs <= nowMs) return this.#take(queue, group, { policy, nowMs });
      soonestMs = Math.min(soonestMs, readyMs);
    }
    return soonestMs;
  }

  #readyMs({ key, jobs: [oldest], isClosed }: Group, { maxWaitMs, spacingMs }: BatchPolicy): number {
    if (key === undefined || oldest === undefined) return 0;
    // What is sent again has kept its distance by then.
    const isAgain = oldest.delivery.batch !== null;
    const earliestMs = isAgain ? 0 : (this.#lastMs.get(key) ?? -Infinity) + spacingMs;
    return isClosed ? earliestMs : Math.max(earliestMs, oldest.takenOnAtMs + maxWaitMs);
  }

  #take(
    queue: Job[],
    { key, jobs }: Group,
    { policy, nowMs }: { policy: BatchPolicy; nowMs: number },
  ): Job[] {
    const taken = new Set(jobs);
    queue.splice(0, queue.length, ...queue.filter((job) => !taken.has(job)));
    for (const [group, lastMs] of this.#lastMs)
      if (lastMs + policy.spacingMs <= nowMs) this.#lastMs.delete(group);
    if (key !== undefined && policy.spacingMs > 0) this.#lastMs.set(key, nowMs);
    return jobs;
  }
}

/** How the lane of a destination picks, where its channel can send several deliveries in one request. */
export function gatheringOf(
  batching: Batching | undefined,
  destination: () => Destination | undefined,
  now: () => number,
): Pick<LaneOptions, 'pick' | 'perRequest'> {
  if (batching === undefined) return {};
  const policy = () => {
    const current = destination();
    return current && batching.policyOf(current);
  };
  const gathering = new Gathering(policy, now);
  return { pick: (queue) => gathering.pick(queue), perRequest: () => gathering.perRequest };
}

/** What may go together, in the order of their oldest; of each group the oldest that fit. */
function groupsOf(queue: readonly Job[], policy: BatchPolicy): Iterable<Group> {
  const groups = new Map<string | Job, Group>();
  for (const job of queue) {
    const key = policy.groupOf(job.delivery);
    const group = groups.get(key ?? job);
    if (group === undefined) groups.set(key ?? job, firstOf(key, job, policy));
    else if (!group.isClosed) add(group, job, policy);
  }
  return groups.values();
}

function firstOf(key: string | undefined, job: Job, policy: BatchPolicy): Group {
  const group: Group = { key, jobs: [], bytes: 0, isClosed: false };
  if (key === undefined) return { ...group, jobs: [job] };
  add(group, job, policy);
  return group;
}

function add(group: Group, job: Job, { maxEvents, maxBytes, sizeOf }: BatchPolicy): void {
  const bytes = group.bytes + job.delivery.body.length;
  // One that is larger than a batch may be goes alone.
  if (group.jobs.length > 0 && bytes > maxBytes) {
    group.isClosed = true;
    return;
  }
  group.jobs.push(job);
  group.bytes = bytes;
  group.isClosed = group.jobs.length >= Math.min(maxEvents, sizeOf(job.delivery)) || bytes >= maxBytes;
}
