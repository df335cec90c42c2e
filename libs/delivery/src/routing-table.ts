import { matchesEventType, type Destination } from '#events';

/** Destinations in memory, by id and by project, as `hub.destinations` has them. */
export class RoutingTable {
  readonly #byId = new Map<string, Destination>();
  readonly #byProject = new Map<string, Map<string, Destination>>();
  readonly #listeners: ((id: string, destination: Destination | undefined) => void)[] = [];

  /** Takes in one record of the topic; `undefined` is a tombstone. */
  apply(id: string, destination: Destination | undefined): void {
    const before = this.#byId.get(id);
    // Sent late, by a relay that had lost its turn.
    if (before !== undefined && destination !== undefined && destination.version < before.version) return;
    if (before !== undefined) this.#remove(before);
    if (destination === undefined) this.#byId.delete(id);
    else this.#add(id, destination);
    for (const listener of this.#listeners) listener(id, destination);
  }

  get(id: string): Destination | undefined {
    return this.#byId.get(id);
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Destinations of the project that take this event type, disabled ones too: their deliveries are held. */
  match(projectId: string, eventType: string): Destination[] {
    const candidates = this.#byProject.get(projectId);
    if (candidates === undefined) return [];
    return [...candidates.values()].filter(({ eventTypes }) => matchesEventType(eventTypes, eventType));
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

  #add(id: string, destination: Destination): void {
    this.#byId.set(id, destination);
    const siblings = this.#byProject.get(destination.projectId) ?? new Map<string, Destination>();
    this.#byProject.set(destination.projectId, siblings.set(id, destination));
  }
}
