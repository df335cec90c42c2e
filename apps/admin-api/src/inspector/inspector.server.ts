import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { describeError } from '#errors';
import type { Log } from '#log';
import type { InboxStore } from './inbox.store.ts';

/** Where inspectors listen, and under which URL that is reached. Port 0 means that there are none. */
export interface InspectorSettings {
  host: string;
  port: number;
  url: string;
}

const PATH = /^\/inspect\/([\w-]{1,64})$/;
const MAX_BODY_BYTES = 1_024 * 1_024;
const REQUEST_TIMEOUT_MS = 30_000;
const ANSWER = 'The inspector has received the request.\n';

/**
 * Receives what webhooks send to inspectors. On a port of its own: webhooks never reach the ports that the hub's API is
 * on, and this one has nothing but inspectors.
 */
export class InspectorServer {
  readonly settings: InspectorSettings;
  readonly #inbox: Pick<InboxStore, 'receive'>;
  readonly #log: Log;
  readonly #server: Server;

  constructor(settings: InspectorSettings, inbox: Pick<InboxStore, 'receive'>, log: Log) {
    this.settings = settings;
    this.#inbox = inbox;
    this.#log = log;
    this.#server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => this.#fail(error, response));
    });
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
    if (token === undefined) return reply(response, 404, 'There is no inspector at this address.\n');
    if (request.method !== 'POST') return reply(response, 405, 'An inspector takes POST requests.\n');
    const body = await readBody(request);
    if (body === undefined) return reply(response, 413, 'The body is larger than 1 MiB.\n');
    const status = await this.#inbox.receive(token, { headers: headersOf(request), body });
    if (status === undefined) return reply(response, 404, 'There is no inspector at this address.\n');
    reply(response, status, status === 204 ? '' : ANSWER);
  }

  #fail(error: unknown, response: ServerResponse): void {
    this.#log.warn({ reason: describeError(error) }, 'inspector.failed');
    if (!response.headersSent) reply(response, 503, 'The inspector cannot keep requests right now.\n');
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// Cookies that a browser sends along are nothing to keep.
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name !== 'cookie');
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
