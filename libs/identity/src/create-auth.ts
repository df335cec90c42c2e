import { hkdfSync } from 'node:crypto';
import type { Config } from '#config';
import type { Database } from '#database';
import type { Log } from '#log';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { genericOAuth } from 'better-auth/plugins';
import { v7 as uuidV7 } from 'uuid';
import { MIN_PASSWORD_LENGTH } from './check-password.ts';

/** Header in which the address of the client is handed over; what a client sends under this name is overwritten. */
export const CLIENT_IP = 'x-hub-client-ip';
/** Below it are the routes of better-auth that browsers are sent to by an identity provider. */
export const BASE_PATH = '/v1/auth';
/** The identity provider's name in paths and rows. */
export const PROVIDER = 'single-sign-on';

const RESET_LIFETIME_S = 3_600;

/** The settings about people, and the address that their browsers know. */
export type PeopleSettings = Config<'people'>['people'] & { readonly PUBLIC_URL: string };

/** What the library is set up with. */
export interface AuthParts {
  database: Database;
  settings: PeopleSettings;
  masterKey: Buffer;
  log: Log;
  /** Sends the link for a new password; must not wait for the server of the mails. */
  sendReset(user: { id: string; email: string; name: string }, token: string): void;
  /** A new password was set by a mailed link, which proves that the address is the person's. */
  wasReset(userId: string): Promise<void>;
  /** Somebody gave this address with a password that is wrong, or of an account that there is not. */
  wasRefused(email: string, from: { ipAddress: string; userAgent: string }): Promise<void>;
  /** Whether somebody whom nobody here knows may become a person by single sign-on. */
  isInvited(email: string): Promise<boolean>;
}

/**
 * better-auth on the hub's own tables. Nobody signs up through it: people come by invitation, by the link of an empty
 * hub, or invited by single sign-on.
 */
export function createAuth(parts: AuthParts) {
  const { database, settings, masterKey, log } = parts;
  const isSecure = settings.PUBLIC_URL.startsWith('https:');
  const secret = Buffer.from(hkdfSync('sha256', masterKey, '', 'ttoolab-hub session cookies', 32)).toString(
    'hex',
  );
  return betterAuth({
    appName: 'Ttoolab Hub',
    baseURL: settings.PUBLIC_URL,
    basePath: BASE_PATH,
    secret,
    database: database.pool,
    telemetry: { enabled: false },
    // Limits are the API's, for all of its routes.
    rateLimit: { enabled: false },
    // Its messages name no one; what they come with may.
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' ? 'error' : 'debug']({ message }, 'identity.notice'),
    },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD_LENGTH,
      resetPasswordTokenExpiresIn: RESET_LIFETIME_S,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => parts.sendReset(user, token),
      onPasswordReset: async ({ user }) => parts.wasReset(user.id),
    },
    plugins: [genericOAuth({ config: providerOf(settings) })],
    advanced: {
      cookiePrefix: 'hub',
      useSecureCookies: isSecure,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', secure: isSecure },
      ipAddress: { ipAddressHeaders: [CLIENT_IP] },
      database: { generateId: () => uuidV7() },
    },
    databaseHooks: {
      user: {
        create: {
          // An address that nobody vouches for may be somebody else's, whom the invitation is for.
          before: async (user) => user.emailVerified && (await parts.isInvited(user.email)) && { data: user },
        },
      },
    },
    ...tablesOf(settings),
  });
}

/** The library, set up. */
export type Auth = ReturnType<typeof createAuth>;

function providerOf({ OIDC_DISCOVERY_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }: AuthParts['settings']) {
  if (OIDC_DISCOVERY_URL === undefined || OIDC_CLIENT_ID === undefined) return [];
  return [
    {
      providerId: PROVIDER,
      discoveryUrl: OIDC_DISCOVERY_URL,
      clientId: OIDC_CLIENT_ID,
      clientSecret: OIDC_CLIENT_SECRET,
      scopes: ['openid', 'email', 'profile'],
      pkce: true,
    },
  ];
}

function tablesOf({ SESSION_LIFETIME }: AuthParts['settings']) {
  const times = { createdAt: 'created_at', updatedAt: 'updated_at' };
  return {
    user: { modelName: 'users', fields: { emailVerified: 'is_email_verified', ...times } },
    session: {
      modelName: 'sessions',
      expiresIn: Math.round(SESSION_LIFETIME / 1_000),
      // Only what the database says now: a session that was ended is over at once.
      cookieCache: { enabled: false },
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        ...times,
      },
    },
    account: {
      modelName: 'accounts',
      // An address that the identity provider vouches for is the person's own.
      accountLinking: { enabled: true, trustedProviders: [] },
      encryptOAuthTokens: true,
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...times,
      },
    },
    verification: {
      modelName: 'verifications',
      storeIdentifier: 'hashed',
      fields: { expiresAt: 'expires_at', ...times },
    },
  } as const satisfies Pick<BetterAuthOptions, 'user' | 'session' | 'account' | 'verification'>;
}
