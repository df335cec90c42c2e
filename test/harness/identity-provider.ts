import { createHash, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Who signs in at the identity provider. */
export interface ProviderUser {
  sub: string;
  email: string;
  name: string;
  email_verified: boolean;
}

/** A real OpenID Connect provider on loopback, at which whoever comes is signed in as `user`. */
export interface IdentityProvider {
  settings: Record<string, string>;
  user: ProviderUser;
  /** What a browser is sent to when it follows the link to the provider. */
  follow(url: string): Promise<URL>;
  close(): Promise<void>;
}

const CLIENT_ID = 'hub';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export async function startIdentityProvider(
  user: ProviderUser,
  clientSecret = 'the client secret',
): Promise<IdentityProvider> {
  const asked = new Map<string, URLSearchParams>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: IdentityProvider = {
    user,
    settings: {
      OIDC_DISCOVERY_URL: `${issuer}/.well-known/openid-configuration`,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: clientSecret,
      OIDC_NAME: 'Acme ID',
    },
    async follow(url) {
      const response = await fetch(url, { redirect: 'manual' });
      return new URL(response.headers.get('location') ?? 'http://nowhere.invalid');
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/authorize') return redirect(url.searchParams, response);
    const known: Record<string, () => object | Promise<object>> = {
      '/.well-known/openid-configuration': () => ({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
      }),
      '/jwks': () => ({
        keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }],
      }),
      '/token': async () => exchange(new URLSearchParams(await text(request))),
    };
    const body = await known[url.pathname]?.();
    response.writeHead(body === undefined ? 400 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'invalid_request' }));
  }

  function redirect(params: URLSearchParams, response: ServerResponse): void {
    const code = randomUUID();
    asked.set(code, params);
    const back = new URL(params.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code, state: params.get('state') ?? '' }).toString();
    response.writeHead(302, { location: back.href }).end();
  }

  /** A code works once, and only for whoever has what its challenge was made of (PKCE). */
  function exchange(form: URLSearchParams): object {
    const params = asked.get(form.get('code') ?? '');
    asked.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    if (params?.get('code_challenge') !== challenge) return { error: 'invalid_grant' };
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      ...provider.user,
      iss: issuer,
      aud: CLIENT_ID,
      iat: now,
      exp: now + 60,
      nonce: params.get('nonce'),
    };
    const signed = `${encode({ alg: 'RS256', kid: 'one' })}.${encode(claims)}`;
    const signature = createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url');
    return {
      access_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: 60,
      id_token: `${signed}.${signature}`,
    };
  }

  return provider;
}
