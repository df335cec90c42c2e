import {
  findExplainedDestinations,
  findExplainedEvent,
  type ExplainedDestination,
  type ExplainedEvent,
  type ExplanationQuery,
  type TenantDatabase,
} from '#database';

/** What is known of events and of the destinations that had them, or not. */
export class ExplanationStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  event(query: ExplanationQuery): Promise<ExplainedEvent | undefined> {
    return findExplainedEvent(this.#database, query);
  }

  destinations(query: ExplanationQuery, at: Date): Promise<ExplainedDestination[]> {
    return findExplainedDestinations(this.#database, query, at);
  }
}
