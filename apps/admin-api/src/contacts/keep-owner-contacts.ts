import { MAX_RECIPIENTS } from '#connectors';
import { describeError } from '#errors';
import type { Log } from '#log';
import { encryptSecret, generateSecret, type MasterKeys } from '#webhooks';
import { v7 as uuidV7 } from 'uuid';
import type { OwnerContactsStore } from './owner-contacts.store.ts';

const EVERY_MS = 30_000;

/** Sees to it that no failing destination is silent: a project without contacts has the owners of its tenant. */
export class OwnerContacts {
  readonly #store: OwnerContactsStore;
  readonly #masterKeys: MasterKeys;
  readonly #log: Log;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: OwnerContactsStore, masterKeys: MasterKeys, log: Log) {
    this.#store = store;
    this.#masterKeys = masterKeys;
    this.#log = log;
  }

  /** Nest calls this once everything is wired. */
  onModuleInit(): void {
    this.#timer = setInterval(() => void this.keep(), EVERY_MS);
  }

  /** Nest calls this when the process stops. */
  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** Once; never rejects. */
  async keep(): Promise<void> {
    try {
      for (const project of await this.#store.find(MAX_RECIPIENTS)) {
        const id = project.destinationId ?? uuidV7();
        const gone = new Set(project.unsubscribed ?? []);
        const recipients = project.owners.filter((each) => !gone.has(each));
        if (project.destinationId !== null) await this.#store.change(id, project.owners, recipients);
        else await this.#store.add(id, project, encryptSecret(generateSecret(), this.#masterKeys, id));
      }
    } catch (error) {
      this.#log.warn({ reason: describeError(error) }, 'contacts.not_kept');
    }
  }
}
