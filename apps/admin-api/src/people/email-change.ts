import { HubError } from '#errors';
import type { Identity } from '#identity';
import type { Log } from '#log';
import type { Mailer } from '#mail';
import { problem } from '#service';
import type { Browser } from '#identity';
import type { Letters } from './letters.ts';
import type { PersonStore } from './person.store.ts';

const CHANGE = 'change-email';
const LIFETIME_MS = 24 * 3_600_000;

/** `person` first: a new password ends what was asked for before, and finds it by its beginning. */
interface Claim {
  person: string;
  from: string;
  to: string;
}

/** What the change of an address needs. */
export interface EmailChangeParts {
  identity: Identity;
  persons: PersonStore;
  mailer: Mailer;
  letters: Letters;
  log: Log;
}

/** The change of a person's address: nothing changes until the new one is proven to be theirs. */
export class EmailChange {
  readonly #parts: EmailChangeParts;

  constructor(parts: EmailChangeParts) {
    this.#parts = parts;
  }

  /** Sends a link to the new address, whether or not somebody has it already. False when no mail could be sent. */
  async ask(person: { userId: string; email: string }, to: string): Promise<boolean> {
    const { identity, mailer, letters } = this.#parts;
    const claim: Claim = { person: person.userId, from: person.email, to };
    const token = await identity.createToken(CHANGE, JSON.stringify(claim), LIFETIME_MS);
    const { kind } = await mailer.send(letters.newAddress(to, person.email, token));
    return kind === 'accepted';
  }

  /** Makes the change that a token stands for, and tells the old address. False for a token that is none, or too late. */
  async confirm(token: string, browser: Browser): Promise<boolean> {
    const { identity, persons } = this.#parts;
    const value = await identity.useToken(CHANGE, token);
    if (value === undefined) return false;
    const { person, from, to } = JSON.parse(value) as Claim;
    const { ipAddress, userAgent } = browser;
    const actor = { kind: 'person', id: person, name: from, ipAddress, userAgent } as const;
    const isChanged = await persons.changeEmail({ userId: person, from, to }, actor).catch(asTaken);
    if (isChanged) this.#tell(from, to);
    return isChanged;
  }

  /** The change is made by then: nobody waits for this mail, which may fail. */
  #tell(from: string, to: string): void {
    const { mailer, letters, log } = this.#parts;
    void mailer.send(letters.addressChanged(from, to)).then(({ kind }) => {
      if (kind !== 'accepted') log.warn({ kind }, 'people.notice_not_sent');
    });
  }
}

function asTaken(error: unknown): never {
  if (error instanceof HubError && error.context['constraint'] === 'users_email_key')
    throw problem(409, 'This address belongs to another account by now.');
  throw error;
}
