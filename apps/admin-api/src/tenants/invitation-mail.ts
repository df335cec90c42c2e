import { createHash, randomBytes } from 'node:crypto';
import type { Mailer } from '#mail';
import type { Letters } from '../people/letters.ts';

const TOKEN_BYTES = 32;

/** Makes the tokens of invitations and sends them. */
export class InvitationMail {
  readonly #mailer: Mailer;
  readonly #letters: Letters;
  readonly #lifetimeMs: number;

  constructor(mailer: Mailer, letters: Letters, lifetimeMs: number) {
    this.#mailer = mailer;
    this.#letters = letters;
    this.#lifetimeMs = lifetimeMs;
  }

  get isConfigured(): boolean {
    return this.#mailer.isConfigured;
  }

  createToken(): { token: string; tokenHash: Buffer; lifetimeMs: number } {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    return { token, tokenHash: createHash('sha256').update(token).digest(), lifetimeMs: this.#lifetimeMs };
  }

  /** False when the mail could not be handed over. */
  async send(to: string, invitation: { tenant: string; inviter: string; token: string }): Promise<boolean> {
    const { kind } = await this.#mailer.send(this.#letters.invitation(to, invitation));
    return kind === 'accepted';
  }
}
