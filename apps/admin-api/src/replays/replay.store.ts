import {
  addReplay,
  countFailures,
  countSelected,
  deliveriesOfReplay,
  listReplays,
  forgottenBefore,
  moveReplay,
  paceOf,
  type DestinationPace,
  type FailureCount,
  type NewReplayRow,
  type Replay,
  type ReplayDeliveries,
  type ReplayFilter,
  type ReplayStatus,
  type Selected,
  type SelectionCount,
  type TenantDatabase,
} from '#database';

/** Replays that people ask for. The runner does them. */
export class ReplayStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** Undefined when there is no such destination. */
  pace(key: Pick<Selected, 'projectId' | 'destinationId'>): Promise<DestinationPace | undefined> {
    return paceOf(this.#database, key);
  }

  count(selected: Selected): Promise<SelectionCount> {
    return countSelected(this.#database, selected);
  }

  /** False when there is no such destination, or when it has too many replays. */
  add(replay: NewReplayRow): Promise<boolean> {
    return addReplay(this.#database, replay);
  }

  list(filter: ReplayFilter): Promise<Replay[]> {
    return listReplays(this.#database, filter);
  }

  async find(projectId: string, id: string): Promise<Replay | undefined> {
    const [replay] = await this.list({ projectId, id, limit: 1 });
    return replay;
  }

  failures(projectId: string, eventTypes: readonly string[]): Promise<FailureCount[]> {
    return countFailures(this.#database, { projectId, eventTypes });
  }

  forgottenBefore(): Promise<Date | undefined> {
    return forgottenBefore(this.#database);
  }

  deliveries(id: string): Promise<ReplayDeliveries> {
    return deliveriesOfReplay(this.#database, id);
  }

  move(
    key: { projectId: string; id: string },
    move: { from: readonly ReplayStatus[]; to: ReplayStatus; reason: string | null },
  ): Promise<boolean> {
    return moveReplay(this.#database, key, move);
  }
}
