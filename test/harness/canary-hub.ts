import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Canary, Place } from './canaries.ts';
import { startCutProxy, type CutProxy } from './cut-proxy.ts';
import { startHub, type TestHub } from './hub.ts';
import { startIdentityProvider, type IdentityProvider } from './identity-provider.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { runStack } from './run-stack.ts';
import { startSlackServer, type SlackServer } from './slack-server.ts';
import { startSmtpServer, type TestSmtpServer } from './smtp-server.ts';

/** Who asks, and whether the answer is the one that shows a secret. */
export interface Asked {
  as?: 'person' | 'key' | 'nobody';
  isShowing?: boolean;
  headers?: Record<string, string>;
}

/** A hub at debug level whose every secret is a canary, with all that it says. */
export interface CanaryHub {
  hub: TestHub;
  /** The way to its database, which can be cut. */
  database: CutProxy;
  receiver: Receiver;
  slack: SlackServer;
  smtp: TestSmtpServer;
  provider: IdentityProvider;
  planted: Canary[];
  output: Buffer[];
  answers: Place[];
  /** The credentials of `as`. */
  session: { cookie: string };
  key: { value: string };
  /** A secret of the test's own making, or one that the hub made. @param mayBeIn where it is put on purpose */
  plant: (name: string, value?: string, mayBeIn?: RegExp) => string;
  ask: (
    method: string,
    path: string,
    body?: unknown,
    asked?: Asked,
  ) => Promise<{ status: number; text: string; json: Record<string, unknown>; headers: Headers }>;
  close: () => Promise<void>;
}

const unique = (name: string) => `canary${name.replaceAll(/\W/g, '')}${randomBytes(8).toString('hex')}`;
/** 32 bytes that can be told from others. */
const masterKey = () => `canary-key-${randomBytes(16).toString('hex')}`.slice(0, 32);

/** Starts it, and the servers that it talks to. */
export async function startCanaryHub(): Promise<CanaryHub> {
  const planted: Canary[] = [];
  const output: Buffer[] = [];
  const answers: Place[] = [];
  const plant: CanaryHub['plant'] = (name, value = unique(name), mayBeIn) => {
    planted.push({ name, value, ...(mayBeIn && { mayBeIn }) });
    return value;
  };
  const password = plant('the SMTP password');
  const smtp = await startSmtpServer({ password });
  const slack = await startSlackServer({ tokens: [plant('the bot token', `xoxb-${unique('bot')}`)] });
  const provider = await startIdentityProvider(
    { sub: '1', email: 'sso@example.com', name: 'Ida', email_verified: true },
    plant('the OIDC client secret'),
  );
  const receiver = await startReceiver();
  const stack = runStack();
  const url = new URL(stack.databaseUrl);
  const database = await startCutProxy(Number(url.port));
  url.port = String(database.port);
  const hub = await startHub({
    stack: { ...stack, databaseUrl: url.href },
    onOutput: (chunk) => output.push(chunk),
    env: {
      ...provider.settings,
      LOG_LEVEL: 'debug',
      MASTER_KEY: Buffer.from(plant('the master key', masterKey())).toString('base64'),
      MASTER_KEY_PREVIOUS: Buffer.from(plant('the previous master key', masterKey())).toString('base64'),
      SMTP_URL: smtp.url.replace('//', `//hub:${password}@`),
      MAIL_FROM: 'Hub <hub@example.com>',
      PUBLIC_URL: 'http://hub.test',
      SLACK_API_URL: slack.apiUrl,
      RETRY_DELAYS: '100ms,150ms',
      DELIVERY_TIMEOUT: '2s',
      SCHEMA_REGISTRY_USERNAME: 'hub',
      SCHEMA_REGISTRY_PASSWORD: plant('the registry password'),
      KAFKA_SASL_PASSWORD: plant('the SASL password'),
      WAREHOUSE_S3_SECRET: plant('the S3 secret'),
    },
  });
  const session = { cookie: '' };
  const key = { value: plant('the first API key', hub.project.key) };
  const ask = createAsk(`http://127.0.0.1:${hub.env['HTTP_PORT']}`, { session, key, answers });
  return {
    ...{ hub, database, receiver, slack, smtp, provider, planted, output, answers, session, key, plant, ask },
    close: async () => {
      database.mend();
      await hub.end();
      await Promise.all([database, receiver, slack, smtp, provider].map((each) => each.close()));
    },
  };
}

function createAsk(
  url: string,
  { session, key, answers }: Pick<CanaryHub, 'session' | 'key' | 'answers'>,
): CanaryHub['ask'] {
  const credential = (as: Asked['as']): Record<string, string> => {
    if (as === 'nobody') return {};
    return as === 'person' ? { cookie: session.cookie } : { authorization: `Bearer ${key.value}` };
  };
  return async (method, path, body, { as = 'key', isShowing = false, headers = {} } = {}) => {
    const request = requestOf(method, body, { ...credential(as), ...headers });
    const response = await fetch(`${url}${path}`, request);
    const text = await response.text();
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) session.cookie = cookies.map((cookie) => cookie.split(';', 1)[0]).join('; ');
    const isJson = /json/.test(response.headers.get('content-type') ?? '') && text !== '';
    const { status } = response;
    if (!isShowing)
      answers.push({ name: `answer ${status} ${method} ${pathOf(path)}`, bytes: bytesOf(response, text) });
    return { status, text, json: isJson ? JSON.parse(text) : {}, headers: response.headers };
  };
}

function requestOf(method: string, body: unknown, headers: Record<string, string>): RequestInit {
  const origin: Record<string, string> = method === 'GET' ? {} : { origin: 'http://hub.test' };
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const signal = AbortSignal.timeout(30_000);
  return { method, redirect: 'manual', headers: { ...origin, ...type, ...headers }, body: sent, signal };
}

const pathOf = (path: string) => path.split('?', 1)[0] ?? '';

/** Of the headers those that set cookies show something by their nature. */
function bytesOf(response: Response, text: string): Buffer {
  const shown = [...response.headers].filter(([name]) => name !== 'set-cookie');
  return Buffer.from(`${shown.flat().join('\n')}\n${text}`);
}

/** Asks, and expects a status. */
export async function expectAnswer(
  { ask }: Pick<CanaryHub, 'ask'>,
  status: number,
  ...request: Parameters<CanaryHub['ask']>
): Promise<Awaited<ReturnType<CanaryHub['ask']>>> {
  const answer = await ask(...request);
  expect([request[0], request[1], answer.status, answer.text]).toEqual([
    request[0],
    request[1],
    status,
    answer.text,
  ]);
  return answer;
}
