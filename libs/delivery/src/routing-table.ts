import { matchesEventType, type Destination } from '#events';

/** What a destination took from an instant on, Unix ms. */
interface Version {
  destination: Destination;
  sinceMs: number;
}

/** Versions replaced longer ago than this are forgotten: events are dispatched long before. */
const REMEMBERED_MS = 60_000;
/** The clocks of two machines may differ by so much; a new destination rather gets an event too many than one too few. */
const CLOCK_SKEW_MS = 1_000;

/** Destinations in memory, by id and by project, as `hub.destinations` has them. */
export class RoutingTable {
  readonly #byId = new Map<string, Destination>();
  readonly #byProject = new Map<string, Map<string, Destination>>();
  /** The latest version of each destination last, and before it those that it replaced lately. */
  readonly #versions = new Map<string, Version[]>();
  readonly #listeners: ((id: string, destination: Destination | undefined) => void)[] = [];

  /**
   * Takes in one record of the topic; `undefined` is a tombstone.
   * @param sinceMs when Kafka appended it, Unix ms
   */
  apply(id: string, destination: Destination | undefined, sinceMs = 0): void {
    const before = this.#byId.get(id);
    // Sent late, by a relay that had lost its turn.
    if (before !== undefined && destination !== undefined && destination.version < before.version) return;
    if (before !== undefined) this.#remove(before);
    if (destination === undefined) this.#forget(id);
    else this.#add(destination, sinceMs);
    for (const listener of this.#listeners) listener(id, destination);
  }

  get(id: string): Destination | undefined {
    return this.#byId.get(id);
  }

  get size(): number {
    return this.#byId.size;
  }

  /**
   * Destinations of the project that took this event type when Kafka took the event (Unix ms; now unless given), as they
   * were then; disabled ones too: their deliveries are held.
   */
  match(projectId: string, eventType: string, atMs = Infinity): Destination[] {
    const candidates = this.#byProject.get(projectId);
    if (candidates === undefined) return [];
    const matching: Destination[] = [];
    for (const id of candidates.keys()) {
      const destination = this.takenBy(id, eventType, atMs);
      if (destination !== undefined) matching.push(destination);
    }
    return matching;
  }

  /** A destination as it was at an instant (Unix ms), if it took this event type then. */
  takenBy(id: string, eventType: string, atMs: number): Destination | undefined {
    const versions = this.#versions.get(id) ?? [];
    const inForce = versions.findLast(({ sinceMs }) => sinceMs <= atMs) ?? oldestOf(versions, atMs);
    if (inForce === undefined) return undefined;
    return matchesEventType(inForce.destination.eventTypes, eventType) ? inForce.destination : undefined;
  }

  /** Since when a destination is as it is, Unix ms. */
  sinceMs(id: string): number {
    return this.#versions.get(id)?.at(-1)?.sinceMs ?? 0;
  }

  /** Calls `listener` after every change. */
  onChange(listener: (id: string, destination: Destination | undefined) => void): void {
    this.#listeners.push(listener);
  }

  #remove({ id, projectId }: Destination): void {
    const siblings = this.#byProject.get(projectId);
    siblings?.delete(id);
    if (siblings?.size === 0) this.#byProject.delete(projectId);
  }

  #forget(id: string): void {
    this.#byId.delete(id);
    this.#versions.delete(id);
  }

  #add(destination: Destination, sinceMs: number): void {
    const { id, projectId, updatedAt } = destination;
    this.#byId.set(id, destination);
    const siblings = this.#byProject.get(projectId) ?? new Map<string, Destination>();
    this.#byProject.set(projectId, siblings.set(id, destination));
    const before = this.#versions.get(id) ?? [];
    // While Kafka was away a change was announced late, and yet holds since it was made.
    const fromMs = Math.min(sinceMs, updatedAt);
    // The one in force when the remembered time began is kept too.
    const oldest = before.findLastIndex((version) => version.sinceMs <= fromMs - REMEMBERED_MS);
    this.#versions.set(id, [...before.slice(Math.max(0, oldest)), { destination, sinceMs: fromMs }]);
  }
}

/** What stands for the time before the oldest version that is known: that version, unless there was nothing before it. */
function oldestOf([oldest]: readonly Version[], atMs: number): Version | undefined {
  const isBefore = oldest?.destination.version === 1 && atMs < oldest.sinceMs - CLOCK_SKEW_MS;
  return isBefore ? undefined : oldest;
}
