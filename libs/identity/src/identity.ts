import { randomBytes } from 'node:crypto';
import { describeError } from '#errors';
import type { Log } from '#log';
import { BASE_PATH, CLIENT_IP, createAuth, PROVIDER, type Auth, type AuthParts } from './create-auth.ts';

/** The browser that a request comes from. */
export interface Browser {
  cookie: string;
  userAgent: string;
  ipAddress: string;
}

/** A person with the session that a browser has. */
export interface SignedIn {
  userId: string;
  sessionId: string;
  name: string;
  email: string;
  isEmailVerified: boolean;
}

/** The result of what starts or changes a session: cookies for the browser. */
export interface Cookies {
  cookies: string[];
}

const TOKEN_BYTES = 32;

/** People's passwords, sessions and one-time tokens. What people may do is not its concern. */
export class Identity {
  readonly #auth: Auth;
  readonly #hasSingleSignOn: boolean;
  readonly #wasRefused: AuthParts['wasRefused'];
  readonly #log: Log;

  constructor(parts: AuthParts) {
    this.#auth = createAuth(parts);
    this.#log = parts.log;
    this.#wasRefused = parts.wasRefused;
    this.#hasSingleSignOn = parts.settings.OIDC_DISCOVERY_URL !== undefined;
  }

  get hasSingleSignOn(): boolean {
    return this.#hasSingleSignOn;
  }

  /** The person whose session the browser's cookie names. */
  async session(browser: Browser): Promise<SignedIn | undefined> {
    if (!browser.cookie.includes('session_token')) return undefined;
    const found = await this.#auth.api.getSession({
      headers: headersOf(browser),
      // Its end is fixed at sign-in: a cookie that was copied does not live for ever.
      query: { disableRefresh: true },
    });
    if (found === null) return undefined;
    const { user, session } = found;
    return {
      userId: user.id,
      sessionId: session.id,
      name: user.name,
      email: user.email,
      isEmailVerified: user.emailVerified,
    };
  }

  /** A new session; undefined when e-mail or password is wrong, which takes equally long. A session before it ends. */
  async signIn(
    email: string,
    password: string,
    browser: Browser,
  ): Promise<(Cookies & { userId: string }) | undefined> {
    const response = await this.#auth.api.signInEmail({
      body: { email, password },
      headers: headersOf(browser),
      asResponse: true,
    });
    if (!response.ok) {
      this.#log.info({ ipAddress: browser.ipAddress }, 'identity.sign_in_refused');
      // Nobody waits for it: the answer must not take longer where there is such a person.
      this.#wasRefused(email, browser).catch((error: unknown) => {
        this.#log.warn({ reason: describeError(error) }, 'identity.refusal_not_noted');
      });
      return undefined;
    }
    if (browser.cookie.includes('session_token')) await this.signOut(browser);
    const { user } = (await response.json()) as { user: { id: string } };
    return { userId: user.id, ...cookiesOf(response) };
  }

  async signOut(browser: Browser): Promise<Cookies> {
    return cookiesOf(await this.#auth.api.signOut({ headers: headersOf(browser), asResponse: true }));
  }

  /**
   * Has a link for a new password sent when there is such a person. Nobody waits for it, so that neither the answer nor
   * its time tells whether there is.
   */
  requestReset(email: string): void {
    this.#auth.api.requestPasswordReset({ body: { email } }).catch((error: unknown) => {
      this.#log.warn({ reason: describeError(error) }, 'identity.reset_failed');
    });
  }

  /** False when the token is unknown, used or expired. All sessions of the person end. */
  async resetPassword(token: string, password: string): Promise<boolean> {
    const body = { token, newPassword: password };
    const { ok } = await this.#auth.api.resetPassword({ body, asResponse: true });
    return ok;
  }

  /** Undefined when the current password is wrong. Every other session of the person ends, and this one is renewed. */
  async changePassword(current: string, next: string, browser: Browser): Promise<Cookies | undefined> {
    const response = await this.#auth.api.changePassword({
      body: { currentPassword: current, newPassword: next, revokeOtherSessions: true },
      headers: headersOf(browser),
      asResponse: true,
    });
    return response.ok ? cookiesOf(response) : undefined;
  }

  /** Whether it is the password of the person whose session the browser has. */
  async isPassword(password: string, browser: Browser): Promise<boolean> {
    const headers = headersOf(browser);
    const { ok } = await this.#auth.api.verifyPassword({ body: { password }, headers, asResponse: true });
    return ok;
  }

  /** A one-time token that stands for `value`; only its digest is stored. */
  async createToken(purpose: string, value: string, lifetimeMs: number): Promise<string> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const { internalAdapter } = await this.#auth.$context;
    await internalAdapter.createVerificationValue({
      identifier: `${purpose}:${token}`,
      value,
      expiresAt: new Date(Date.now() + lifetimeMs),
    });
    return token;
  }

  /** What an unexpired token stands for, leaving it valid. */
  async peekToken(purpose: string, token: string): Promise<string | undefined> {
    const { internalAdapter } = await this.#auth.$context;
    const found = await internalAdapter.findVerificationValue(`${purpose}:${token}`);
    return found && found.expiresAt > new Date() ? found.value : undefined;
  }

  /** What an unexpired token stands for; of two that use it at once only one gets it. */
  async useToken(purpose: string, token: string): Promise<string | undefined> {
    const { internalAdapter } = await this.#auth.$context;
    const used = await internalAdapter.consumeVerificationValue(`${purpose}:${token}`);
    return used && used.expiresAt > new Date() ? used.value : undefined;
  }

  /** Where the identity provider signs people in, and a cookie that the way back needs. */
  async startSingleSignOn(browser: Browser): Promise<(Cookies & { url: string }) | undefined> {
    const response = await this.#auth.api.signInSocial({
      body: { provider: PROVIDER, callbackURL: '/', errorCallbackURL: '/sign-in', disableRedirect: true },
      headers: headersOf(browser),
      asResponse: true,
    });
    if (!response.ok) return undefined;
    const { url } = (await response.json()) as { url: string };
    return { url, ...cookiesOf(response) };
  }

  /** The way back from the identity provider: where to go on, with a session when all was well. */
  async finishSingleSignOn(query: string, browser: Browser): Promise<Cookies & { url: string }> {
    const { baseURL } = await this.#auth.$context;
    const url = `${new URL(baseURL).origin}${BASE_PATH}/callback/${PROVIDER}?${query}`;
    const response = await this.#auth.handler(new Request(url, { headers: headersOf(browser) }));
    return { url: response.headers.get('location') ?? '/sign-in?error=failed', ...cookiesOf(response) };
  }
}

function headersOf({ cookie, userAgent, ipAddress }: Browser): Headers {
  return new Headers({ cookie, 'user-agent': userAgent, [CLIENT_IP]: ipAddress });
}

const cookiesOf = (response: Response): Cookies => ({ cookies: response.headers.getSetCookie() });
