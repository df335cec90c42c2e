import type { Mail } from '#mail';

/** The e-mails that the hub writes to people. Tokens stand behind `#`, which browsers keep to themselves. */
export class Letters {
  readonly #publicUrl: string;

  constructor(publicUrl: string) {
    this.#publicUrl = publicUrl.replace(/\/$/, '');
  }

  /** Address of a page that takes a token. */
  link(page: 'setup' | 'invitation' | 'reset-password' | 'verify-email', token: string): string {
    return `${this.#publicUrl}/${page}#token=${token}`;
  }

  invitation(
    to: string,
    { tenant, inviter, token }: { tenant: string; inviter: string; token: string },
  ): Mail {
    return letter(to, `${inviter} invites you to ${tenant} on Ttoolab Hub`, [
      `${inviter} would like you to join ${tenant} on Ttoolab Hub. To accept, open`,
      this.link('invitation', token),
      'The link works once. If you did not expect it, do nothing.',
    ]);
  }

  reset(to: string, token: string): Mail {
    return letter(to, 'A new password for Ttoolab Hub', [
      'Somebody, hopefully you, asked for a new password. To choose it, open',
      this.link('reset-password', token),
      'The link works once, within an hour. If it was not you, do nothing: your password stays.',
    ]);
  }

  newAddress(to: string, from: string, token: string): Mail {
    return letter(to, 'Your new e-mail address for Ttoolab Hub', [
      `Somebody, hopefully you, wants to use this address in place of ${from}. To confirm that it is yours, open`,
      this.link('verify-email', token),
      'The link works once, within a day. If it was not you, do nothing.',
    ]);
  }

  addressChanged(to: string, now: string): Mail {
    return letter(to, 'Your e-mail address for Ttoolab Hub has changed', [
      `You now sign in to Ttoolab Hub as ${now}, and mails go there. This address is no longer in use.`,
      'If it was not you, tell an owner of your tenant at once.',
    ]);
  }

  verification(to: string, token: string): Mail {
    return letter(to, 'Confirm your e-mail address for Ttoolab Hub', [
      'To confirm that this address is yours, open',
      this.link('verify-email', token),
      'The link works once, within a day. If it was not you, do nothing.',
    ]);
  }
}

function letter(to: string, subject: string, paragraphs: readonly string[]): Mail {
  return { to, subject, text: `${paragraphs.join('\n\n')}\n` };
}
