import { describeError } from '#errors';
import type { Log } from '#log';
import type { Fingerprints, LiveStore } from './live.store.ts';

const INTERVAL_MS = 1_000;
const MOST_LISTENERS = 500;
const MOST_OF_A_PROJECT = 50;

/** What changed of a project. */
export type Topic = keyof Fingerprints;

/** A page that follows a project. */
interface Listener {
  changed(topics: Topic[]): void;
  /** The process stops. */
  ended(): void;
}

/** Looks once a second for what changed of the projects that somebody looks at: one query, however many they are. */
export class LiveUpdates {
  readonly #store: Pick<LiveStore, 'fingerprints'>;
  readonly #log: Log;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #known = new Map<string, Fingerprints>();
  #timer: NodeJS.Timeout | undefined;
  #count = 0;

  constructor(store: Pick<LiveStore, 'fingerprints'>, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Tells `listener` of each change until the function that it returns is called. Undefined when too many listen. */
  follow(projectId: string, listener: Listener): (() => void) | undefined {
    const listeners = this.#listeners.get(projectId) ?? new Set<Listener>();
    if (this.#count >= MOST_LISTENERS || listeners.size >= MOST_OF_A_PROJECT) return undefined;
    this.#listeners.set(projectId, listeners.add(listener));
    this.#count += 1;
    this.#timer ??= setTimeout(() => void this.#look(), INTERVAL_MS);
    return () => {
      if (!listeners.delete(listener)) return;
      this.#count -= 1;
      if (listeners.size > 0) return;
      this.#listeners.delete(projectId);
      this.#known.delete(projectId);
    };
  }

  /** Nest calls this when the process stops. */
  onModuleDestroy(): void {
    clearTimeout(this.#timer);
    for (const listener of [...this.#listeners.values()].flatMap((all) => [...all])) listener.ended();
    this.#listeners.clear();
  }

  async #look(): Promise<void> {
    try {
      const now = await this.#store.fingerprints([...this.#listeners.keys()]);
      for (const [projectId, prints] of now) this.#tell(projectId, prints);
    } catch (error) {
      // The database is away: whoever looks is told of what has changed once it is back.
      this.#log.debug({ reason: describeError(error) }, 'live.failed');
    }
    this.#timer = this.#listeners.size > 0 ? setTimeout(() => void this.#look(), INTERVAL_MS) : undefined;
  }

  #tell(projectId: string, prints: Fingerprints): void {
    const before = this.#known.get(projectId);
    this.#known.set(projectId, prints);
    if (before === undefined) return;
    const topics = (Object.keys(prints) as Topic[]).filter((topic) => prints[topic] !== before[topic]);
    if (topics.length === 0) return;
    for (const listener of this.#listeners.get(projectId) ?? []) listener.changed(topics);
  }
}
