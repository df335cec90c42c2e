import { describeError } from '#errors';
import type { Log } from '#log';
import type { Fingerprints, LiveStore } from './live.store.ts';

const INTERVAL_MS = 1_000;
const MOST_LISTENERS = 500;
/** Nobody can take the places of everybody else. */
const MOST_OF = { projectId: 50, tenantId: 100, callerId: 20 } as const;

/** What changed of a project. */
export type Topic = keyof Fingerprints;

/** Which project a page follows, whose it is, and by whose credential. Ids in lower case. */
export interface Follower {
  projectId: string;
  tenantId: string;
  callerId: string;
}

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
  readonly #followers = new Set<Follower>();
  readonly #known = new Map<string, Fingerprints>();
  /** Came since the last look: what changed between their page's answers and now, nobody has told them. */
  readonly #newcomers = new Set<Listener>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: Pick<LiveStore, 'fingerprints'>, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** How many follow. */
  get count(): number {
    return this.#followers.size;
  }

  /**
   * Tells `listener` of everything once, then of each change, until the function that it returns is called. Undefined
   * when too many listen.
   */
  follow(who: Follower, listener: Listener): (() => void) | undefined {
    if (this.#isFullFor(who)) return undefined;
    const { projectId } = who;
    const follower = { ...who };
    const listeners = this.#listeners.get(projectId) ?? new Set<Listener>();
    this.#listeners.set(projectId, listeners.add(listener));
    this.#followers.add(follower);
    this.#newcomers.add(listener);
    this.#timer ??= setTimeout(() => void this.#look(), INTERVAL_MS);
    return () => {
      if (!this.#followers.delete(follower)) return;
      listeners.delete(listener);
      this.#newcomers.delete(listener);
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

  #isFullFor(who: Follower): boolean {
    if (this.#followers.size >= MOST_LISTENERS) return true;
    const all = [...this.#followers];
    return (Object.keys(MOST_OF) as (keyof Follower)[]).some(
      (key) => all.filter((each) => each[key] === who[key]).length >= MOST_OF[key],
    );
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
    const all = Object.keys(prints) as Topic[];
    const changed = before === undefined ? [] : all.filter((topic) => prints[topic] !== before[topic]);
    for (const listener of this.#listeners.get(projectId) ?? []) {
      const topics = this.#newcomers.delete(listener) ? all : changed;
      if (topics.length > 0) listener.changed(topics);
    }
  }
}
