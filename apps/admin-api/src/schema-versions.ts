import { describeError } from '#errors';
import { EVENT_CATALOGUE } from '#events';
import type { Log } from '#log';

const AGAIN_AFTER_MS = 30_000;

/** Which version of its schema each event type is at. It changes only with a release, so it is asked for once. */
export class SchemaVersions {
  readonly #find: (recordName: string) => Promise<number | undefined>;
  readonly #log: Log;
  #versions: Promise<Map<string, number>> | undefined;

  constructor(find: (recordName: string) => Promise<number | undefined>, log: Log) {
    this.#find = find;
    this.#log = log;
  }

  /** By record name; nothing while the registry does not answer, which hides the versions and nothing else. */
  all(): Promise<Map<string, number>> {
    return (this.#versions ??= this.#load());
  }

  async #load(): Promise<Map<string, number>> {
    try {
      const found = await Promise.all(
        EVENT_CATALOGUE.map(async ({ recordName }) => [recordName, await this.#find(recordName)] as const),
      );
      return new Map(found.filter((each): each is [(typeof each)[0], number] => each[1] !== undefined));
    } catch (error) {
      this.#log.debug({ reason: describeError(error) }, 'schema-versions.failed');
      setTimeout(() => (this.#versions = undefined), AGAIN_AFTER_MS).unref();
      return new Map();
    }
  }
}
