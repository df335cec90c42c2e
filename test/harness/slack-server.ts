import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { areBlocksValid } from './check-blocks.ts';

/** A message that Slack took. */
export interface SlackPost {
  channel: string;
  text: string;
  blocks: Record<string, unknown>[];
  atMs: number;
}

/** Answers a request in place of what Slack would say. */
export type SlackTrouble = (response: ServerResponse, count: number) => void;

/** A local server that behaves as Slack's incoming webhooks and `chat.postMessage` do. */
export interface SlackServer {
  /** Base URL of its Web API. */
  apiUrl: string;
  /** An incoming webhook of a channel; the channel's name is its last part. */
  webhookUrl: (channel: string) => string;
  /** What arrived in a channel, or in all. */
  posts: (channel?: string) => SlackPost[];
  /** Requests of a channel, refused ones too. */
  requests: (channel: string) => number;
  /** What a channel answers from now on; undefined ends it. */
  on: (channel: string, trouble: SlackTrouble | undefined) => void;
  close: () => Promise<void>;
}

/** How strict the server is, and what it knows. */
export interface SlackServerOptions {
  port?: number;
  /** Bot tokens that it takes. */
  tokens?: readonly string[];
  /** Channels that a bot is in. */
  channels?: readonly string[];
  /** Least time between two messages of a channel; Slack's own is a second. */
  spacingMs?: number;
  /** How long it takes to answer. */
  delayMs?: number;
  onPost?: (post: SlackPost) => void;
}

/** Answers as Slack does with a word: `404 no_service`. */
export const slackError =
  (status: number, error: string, headers: Record<string, string> = {}): SlackTrouble =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(error);

/** Starts it on a loopback port. */
export async function startSlackServer(options: SlackServerOptions = {}): Promise<SlackServer> {
  const workspace = new Workspace(options);
  const server = createServer((request, response) => {
    void readText(request).then((text) =>
      setTimeout(() => workspace.answer(request, response, text), options.delayMs ?? 0),
    );
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    apiUrl: `${origin}/api`,
    webhookUrl: (channel) => `${origin}/services/T0HUB/B0HUB/${channel}`,
    posts: (channel) => workspace.posts.filter((post) => channel === undefined || post.channel === channel),
    requests: (channel) => workspace.requests.get(channel) ?? 0,
    on: (channel, trouble) =>
      void (trouble === undefined
        ? workspace.troubles.delete(channel)
        : workspace.troubles.set(channel, trouble)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Workspace {
  readonly posts: SlackPost[] = [];
  readonly requests = new Map<string, number>();
  readonly troubles = new Map<string, SlackTrouble>();
  readonly #options: SlackServerOptions;
  readonly #lastAtMs = new Map<string, number>();

  constructor(options: SlackServerOptions) {
    this.#options = options;
  }

  answer(request: IncomingMessage, response: ServerResponse, text: string): void {
    const [, hook] = /^\/services\/\w+\/\w+\/(\w+)$/.exec(request.url ?? '') ?? [];
    if (hook !== undefined) return this.#incomingWebhook(hook, text, response);
    if (request.url === '/api/chat.postMessage') return this.#postMessage(request, text, response);
    response.writeHead(404).end('no_service');
  }

  #incomingWebhook(channel: string, text: string, response: ServerResponse): void {
    if (this.#isTroubled(channel, response)) return;
    const message = parse(text);
    const error = message === undefined ? 'invalid_payload' : faultOf(message);
    if (message === undefined || error !== null)
      return slackError(400, error ?? 'invalid_payload')(response, 0);
    this.#keep(channel, message);
    response.writeHead(200, { 'content-type': 'text/html' }).end('ok');
  }

  #postMessage(request: IncomingMessage, text: string, response: ServerResponse): void {
    const say = (answer: object) =>
      void response
        .writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(answer));
    const message = parse(text) ?? {};
    const channel = String(message['channel']);
    const refusal = this.#refusalOf(request);
    if (refusal !== null) return say({ ok: false, error: refusal });
    if (this.#isTroubled(channel, response)) return;
    const isIn = this.#options.channels?.includes(channel) === true;
    const error = isIn ? faultOf(message) : 'channel_not_found';
    if (error !== null) return say({ ok: false, error });
    this.#keep(channel, message);
    say({ ok: true, channel, ts: String(Date.now() / 1_000) });
  }

  #refusalOf({ headers }: IncomingMessage): string | null {
    const token = headers.authorization?.replace(/^Bearer /, '');
    if (token === undefined) return 'not_authed';
    return this.#options.tokens?.includes(token) === true ? null : 'invalid_auth';
  }

  /** Counts the request, and answers it if the channel is in trouble or has had a message just now. */
  #isTroubled(channel: string, response: ServerResponse): boolean {
    const count = (this.requests.get(channel) ?? 0) + 1;
    this.requests.set(channel, count);
    const trouble = this.troubles.get(channel);
    if (trouble !== undefined) {
      trouble(response, count);
      return true;
    }
    const waitMs = (this.#lastAtMs.get(channel) ?? 0) + (this.#options.spacingMs ?? 0) - Date.now();
    if (waitMs > 0)
      slackError(429, 'rate_limited', { 'retry-after': String(Math.ceil(waitMs / 1_000)) })(response, count);
    return waitMs > 0;
  }

  #keep(channel: string, message: Record<string, unknown>): void {
    const post = {
      channel,
      text: String(message['text']),
      blocks: message['blocks'] as Record<string, unknown>[],
      atMs: Date.now(),
    };
    this.#lastAtMs.set(channel, post.atMs);
    this.posts.push(post);
    this.#options.onPost?.(post);
  }
}

function faultOf({ text, blocks }: Record<string, unknown>): string | null {
  if (typeof text !== 'string' || text === '') return 'no_text';
  return areBlocksValid(blocks) ? null : 'invalid_blocks';
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
