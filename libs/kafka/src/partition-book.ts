import { OffsetTracker } from './offset-tracker.ts';

/** What a consumer knows of one partition of one topic that it owns. */
export interface OwnedPartition {
  topic: string;
  partition: number;
  assignmentId: number;
  tracker: OffsetTracker;
  /** Offset that was last committed. */
  committed: number | undefined;
}

/** An offset to commit. */
export interface Commit {
  topic: string;
  partition: number;
  offset: string;
}

/**
 * The partitions that a consumer owns, and what of them may be committed. Only owned partitions are ever committed:
 * kafkajs itself would commit for those it has lost.
 */
export class PartitionBook {
  readonly #owned = new Map<string, OwnedPartition>();
  #memberId: string | undefined;
  #assignments = 0;

  /**
   * Takes over a new assignment. A partition that this very member owned before the rebalance too was never
   * another's, so what is in flight for it stays valid; any other starts afresh.
   */
  assign(memberId: string, assignment: Readonly<Record<string, readonly number[]>>): void {
    const isSameMember = this.#memberId === memberId;
    const before = new Map(this.#owned);
    this.#memberId = memberId;
    this.#owned.clear();
    const freshIds = new Map<number, number>();
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const kept = isSameMember ? before.get(keyOf(topic, partition)) : undefined;
        this.#owned.set(keyOf(topic, partition), kept ?? this.#fresh(topic, partition, freshIds));
      }
    }
  }

  /** Starts every partition afresh; what is in flight for it is void. */
  renew(): void {
    const freshIds = new Map<number, number>();
    for (const { topic, partition } of this.all())
      this.#owned.set(keyOf(topic, partition), this.#fresh(topic, partition, freshIds));
  }

  /** Forgets everything: the member left the group, or was thrown out. */
  clear(): void {
    this.#owned.clear();
    this.#memberId = undefined;
  }

  find(topic: string, partition: number): OwnedPartition | undefined {
    return this.#owned.get(keyOf(topic, partition));
  }

  all(): OwnedPartition[] {
    return [...this.#owned.values()];
  }

  /** Numbers of the partitions owned, whatever their topic. */
  numbers(): number[] {
    return [...new Set(this.all().map(({ partition }) => partition))];
  }

  /** Assignment ids by partition number. */
  assignments(): Map<number, number> {
    return new Map(this.all().map(({ partition, assignmentId }) => [partition, assignmentId]));
  }

  /** Messages taken on and not yet finished. */
  get pending(): number {
    let sum = 0;
    for (const { tracker } of this.#owned.values()) sum += tracker.pending;
    return sum;
  }

  /** Bytes of those messages. */
  get pendingBytes(): number {
    return this.all().reduce((sum, { tracker }) => sum + tracker.pendingBytes, 0);
  }

  /** Offsets that moved since they were last committed. */
  uncommitted(): Commit[] {
    return this.all()
      .filter(({ tracker, committed }) => tracker.mark !== undefined && tracker.mark !== committed)
      .map(({ topic, partition, tracker }) => ({ topic, partition, offset: String(tracker.mark) }));
  }

  markCommitted(commits: readonly Commit[]): void {
    for (const { topic, partition, offset } of commits) {
      const owned = this.find(topic, partition);
      if (owned !== undefined) owned.committed = Number(offset);
    }
  }

  #fresh(topic: string, partition: number, freshIds: Map<number, number>): OwnedPartition {
    const assignmentId = freshIds.get(partition) ?? (this.#assignments += 1);
    freshIds.set(partition, assignmentId);
    return { topic, partition, assignmentId, tracker: new OffsetTracker(), committed: undefined };
  }
}

function keyOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
