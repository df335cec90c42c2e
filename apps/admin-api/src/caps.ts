import type { Config } from '#config';
import type { Queryable } from '#database';
import { problem } from '#service';
import { CapsStore } from './caps.store.ts';

/** Most of what a tenant may have of each kind. */
export type CapSettings = Config<'caps'>['caps'];

/**
 * Refuses what would be one too many, with a 409 that names the cap. Each is asked in the transaction that then adds, and
 * holds for whoever asks the API; the operator's command line has none.
 */
export class Caps {
  readonly #settings: CapSettings;
  readonly #store = new CapsStore();

  constructor(settings: CapSettings) {
    this.#settings = settings;
  }

  async requireRoomForTenant(transaction: Queryable, userId: string): Promise<void> {
    const { MAX_TENANTS_PER_OWNER: most } = this.#settings;
    if (await this.#store.hasTenants(transaction, userId, most))
      throw full('You own', most, 'tenants', 'MAX_TENANTS_PER_OWNER');
  }

  async requireRoomForProject(transaction: Queryable, tenantId: string): Promise<void> {
    const { MAX_PROJECTS_PER_TENANT: most } = this.#settings;
    if (await this.#store.hasProjects(transaction, tenantId, most))
      throw full('This tenant has', most, 'projects', 'MAX_PROJECTS_PER_TENANT');
  }

  async requireRoomForDestination(transaction: Queryable, projectId: string): Promise<void> {
    const { MAX_DESTINATIONS_PER_PROJECT: most } = this.#settings;
    if (await this.#store.hasDestinations(transaction, projectId, most))
      throw full('This project has', most, 'destinations', 'MAX_DESTINATIONS_PER_PROJECT');
  }

  async requireRoomForKey(transaction: Queryable, projectId: string): Promise<void> {
    const { MAX_API_KEYS_PER_PROJECT: most } = this.#settings;
    if (await this.#store.hasApiKeys(transaction, projectId, most))
      throw full('This project has', most, 'API keys', 'MAX_API_KEYS_PER_PROJECT');
  }

  async requireRoomForInvitation(transaction: Queryable, tenantId: string): Promise<void> {
    const { MAX_INVITATIONS_PER_TENANT: most } = this.#settings;
    if (await this.#store.hasInvitations(transaction, tenantId, most))
      throw full('This tenant has', most, 'open invitations', 'MAX_INVITATIONS_PER_TENANT');
  }
}

function full(who: string, most: number, what: string, setting: keyof CapSettings): Error {
  return problem(409, `${who} ${most} ${what}, as many as this hub allows (${setting}).`);
}
