import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { describeError } from '#errors';
import type { Log } from '#log';
import { isReservedHeader, MASKED } from '#webhooks';
import type { InboxStore } from './inbox.store.ts';

/** Where inspectors listen, and under which URL that is reached. Port 0 means that there are none. */
export interface InspectorSettings {
  host: string;
  port: number;
  url: string;
}

const PATH = /^\/inspect\/([\w-]{1,64})$/;
/** A little more than the largest event, which the hub puts its envelope around. */
const MAX_BODY_BYTES = 272 * 1_024;
/** Of all bodies together that are being read or kept. */
const MAX_BUFFERED_BYTES = 16 * 1_024 * 1_024;
const MAX_CONNECTIONS = 500;
const TIMEOUTS = { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 5_000 };
const NO_INSPECTOR = 'There is no inspector at this address.\n';
const TOO_LARGE = 'The body is larger than 272 KiB.\n';
const BUSY = 'The inspector cannot keep requests right now.\n';
const ANSWER = 'The inspector has received the request.\n';

/**
 * Receives what webhooks send to inspectors. On a port of its own: webhooks never reach the ports that the hub's API is
 * on, and this one has nothing but inspectors.
 */
export class InspectorServer {
  readonly settings: InspectorSettings;
  readonly #inbox: Pick<InboxStore, 'knows' | 'receive'>;
  readonly #log: Log;
  readonly #server: Server;
  #bufferedBytes = 0;

  constructor(settings: InspectorSettings, inbox: Pick<InboxStore, 'knows' | 'receive'>, log: Log) {
    this.settings = settings;
    this.#inbox = inbox;
    this.#log = log;
    this.#server = createServer(TIMEOUTS, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => this.#fail(error, response));
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  get isEnabled(): boolean {
    return this.settings.port > 0;
  }

  /** The whole URL of an inspector. */
  urlOf(token: string): string {
    return new URL(`/inspect/${token}`, this.settings.url).href;
  }

  /** Nest calls this when the process starts. */
  async onApplicationBootstrap(): Promise<void> {
    if (!this.isEnabled) return;
    const { port, host, url } = this.settings;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    this.#log.info({ url }, 'inspector.listening');
  }

  /** Nest calls this when the process stops. */
  async onModuleDestroy(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = PATH.exec(request.url ?? '')?.[1];
    if (token === undefined) return reply(response, 404, NO_INSPECTOR);
    if (request.method !== 'POST') return reply(response, 405, 'An inspector takes POST requests.\n');
    // Before the body is read: whoever does not know a token takes up no memory.
    if (!(await this.#inbox.knows(token))) return reply(response, 404, NO_INSPECTOR);
    const chunks: Buffer[] = [];
    try {
      const refusal = await this.#read(request, chunks);
      if (refusal !== undefined) return reply(response, refusal, refusal === 413 ? TOO_LARGE : BUSY);
      await this.#keep(token, { headers: headersOf(request), body: Buffer.concat(chunks) }, response);
    } finally {
      for (const { length } of chunks) this.#bufferedBytes -= length;
    }
  }

  async #keep(token: string, received: { headers: object; body: Buffer }, response: ServerResponse) {
    const status = await this.#inbox.receive(token, received);
    if (status === undefined) return reply(response, 404, NO_INSPECTOR);
    reply(response, status, status === 204 ? '' : ANSWER);
  }

  /** Puts the body into `chunks`, or gives back the status of the refusal; what is left of the request is let go by. */
  async #read(request: IncomingMessage, chunks: Buffer[]): Promise<413 | 503 | undefined> {
    let size = 0;
    let refusal: 413 | 503 | undefined;
    if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 413;
    // Ending the loop early must not destroy the request, or its client would never read the answer.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) refusal = 413;
      else if (this.#bufferedBytes + chunk.length > MAX_BUFFERED_BYTES) refusal = 503;
      if (refusal !== undefined) break;
      chunks.push(chunk);
      this.#bufferedBytes += chunk.length;
    }
    if (refusal !== undefined) request.resume();
    return refusal;
  }

  #fail(error: unknown, response: ServerResponse): void {
    this.#log.warn({ reason: describeError(error) }, 'inspector.failed');
    if (!response.headersSent) reply(response, 503, BUSY);
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

// Cookies that a browser sends along are nothing to keep. Headers of a webhook's own are shown nowhere else, nor here.
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name !== 'cookie');
  return Object.fromEntries(kept.map(([name, value]) => [name, isShown(name) ? String(value) : MASKED]));
}

function isShown(name: string): boolean {
  return isReservedHeader(name) && name !== 'proxy-authorization';
}
