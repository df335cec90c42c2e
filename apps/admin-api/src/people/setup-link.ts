import type { Identity } from '#identity';
import type { Mailer } from '#mail';
import type { JoiningStore } from './joining.store.ts';
import type { Letters } from './letters.ts';
import type { VerificationMail } from './verification-mail.ts';

const SETUP = 'setup';
const LIFETIME_MS = 24 * 3_600_000;

/** What a setup link needs. */
export interface SetupParts {
  identity: Identity;
  joining: JoiningStore;
  letters: Letters;
  mailer: Mailer;
  verification: VerificationMail;
  /** Shows a line to whoever started the hub. */
  print(line: string): void;
}

/** The link by which the first person of an empty hub becomes its owner. Each start prints one, while nobody has come. */
export class SetupLink {
  readonly #parts: SetupParts;

  constructor(parts: SetupParts) {
    this.#parts = parts;
  }

  /** Nest calls this once everything is wired. */
  async onApplicationBootstrap(): Promise<void> {
    const { identity, joining, letters, print } = this.#parts;
    if (!(await joining.isEmpty())) return;
    const token = await identity.createToken(SETUP, 'first', LIFETIME_MS);
    // Not through the log: logs are kept and read by more people than the one who starts the hub.
    print(
      `Nobody has an account yet. To become the owner, open within 24 h: ${letters.link('setup', token)}`,
    );
  }

  async isValid(token: string): Promise<boolean> {
    return (await this.#parts.identity.peekToken(SETUP, token)) !== undefined;
  }

  /** Ends the link, and asks the first person to confirm their address where mails can be sent. */
  async use(token: string, person: { id: string; email: string }): Promise<void> {
    await this.#parts.identity.useToken(SETUP, token);
    if (this.#parts.mailer.isConfigured) await this.#parts.verification.send(person);
  }
}
