import type { Identity } from '#identity';
import type { Mailer } from '#mail';
import type { Letters } from './letters.ts';

export const VERIFY = 'verify-email';
const LIFETIME_MS = 24 * 3_600_000;

/** Sends mails that ask whether an address is the person's own. */
export class VerificationMail {
  readonly #identity: Identity;
  readonly #mailer: Mailer;
  readonly #letters: Letters;

  constructor(identity: Identity, mailer: Mailer, letters: Letters) {
    this.#identity = identity;
    this.#mailer = mailer;
    this.#letters = letters;
  }

  /** False when the mail could not be handed over. */
  async send({ id, email }: { id: string; email: string }): Promise<boolean> {
    const token = await this.#identity.createToken(VERIFY, JSON.stringify({ id, email }), LIFETIME_MS);
    const { kind } = await this.#mailer.send(this.#letters.verification(email, token));
    return kind === 'accepted';
  }

  /** Whose address a token confirms. It confirms once. */
  async use(token: string): Promise<{ id: string; email: string } | undefined> {
    const value = await this.#identity.useToken(VERIFY, token);
    return value === undefined ? undefined : (JSON.parse(value) as { id: string; email: string });
  }
}
