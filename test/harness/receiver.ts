import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as a receiver saw it. */
export interface Receipt {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  atMs: number;
  eventId: string;
  /** Process of the hub that sent it; '' unless the hub runs with `MARK_REQUESTS`. */
  sender: string;
  /** When it was answered, or cut off; undefined while it is open. */
  endedAtMs: number | undefined;
  /** Whether its sender went away before it had the answer. */
  wasCut: boolean;
}

/** A request that came while another process had one open at the same path. */
export interface Overlap {
  path: string;
  atMs: number;
  senders: string[];
}

/** Settings of a hub whose processes tell the receiver, in a header, which of them sent a request. */
export const MARK_REQUESTS = {
  NODE_OPTIONS: `--import=${new URL('mark-requests.ts', import.meta.url).href}`,
};

/** Answers a request that was recorded already. */
export type Behaviour = (response: ServerResponse, receipt: Receipt, count: number) => void;

/** A customer's server: records every request, then behaves as its path was told to. */
export interface Receiver {
  url: (path: string) => string;
  /** Sets what a path does from now on; 200 until then. */
  on: (path: string, behaviour: Behaviour) => void;
  receipts: (path?: string) => Receipt[];
  /** Requests that are not answered yet. */
  open: () => Receipt[];
  /** Times at which two processes had a request open at one path. */
  overlaps: Overlap[];
  close: () => Promise<void>;
}

/** Answers with a status at once. */
export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end('answered');

/** Answers 200 after a time between the two, by chance. */
export const answerWithin =
  (leastMs: number, mostMs: number): Behaviour =>
  (response) =>
    void setTimeout(
      () => response.writeHead(200).end('answered'),
      leastMs + Math.random() * (mostMs - leastMs),
    );

/** The receipts of requests that carried a batch as one for each of its events. */
export function perEvent(receipts: readonly Receipt[]): Receipt[] {
  return receipts.flatMap((receipt) => {
    if (receipt.headers['x-ttoolab-event-type'] !== 'batch') return [receipt];
    const events = JSON.parse(receipt.body.toString()) as { id: string }[];
    return events.map((event) => ({
      ...receipt,
      eventId: event.id,
      body: Buffer.from(JSON.stringify(event)),
    }));
  });
}

/** Starts a receiver on a free loopback port. */
export async function startReceiver(): Promise<Receiver> {
  const receipts: Receipt[] = [];
  const byPath = new Map<string, Receipt[]>();
  const behaviours = new Map<string, Behaviour>();
  const watch = new Watch();
  const server = createServer((request, response) => {
    const receipt = beginReceipt(request);
    watch.follow(receipt, response);
    void readBody(request).then(
      (body) => {
        receipt.body = body;
        receipts.push(receipt);
        const ofPath = byPath.get(receipt.path) ?? [];
        byPath.set(receipt.path, ofPath);
        ofPath.push(receipt);
        (behaviours.get(receipt.path) ?? answer(200))(response, receipt, ofPath.length);
      },
      () => undefined,
    );
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    on: (path, behaviour) => void behaviours.set(path, behaviour),
    receipts: (path) => (path === undefined ? receipts : (byPath.get(path) ?? [])),
    open: () => watch.all(),
    overlaps: watch.overlaps,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The requests that are open, by path, and whether two processes ever had one open at the same path. */
class Watch {
  readonly overlaps: Overlap[] = [];
  readonly #open = new Map<string, Set<Receipt>>();

  follow(receipt: Receipt, response: ServerResponse): void {
    const { path, sender, atMs } = receipt;
    const open = this.#open.get(path) ?? new Set();
    this.#open.set(path, open);
    const senders = new Set([...open].map((other) => other.sender)).add(sender);
    if (senders.size > 1) this.overlaps.push({ path, atMs, senders: [...senders] });
    open.add(receipt);
    const end = (wasCut: boolean) => {
      if (!open.delete(receipt)) return;
      receipt.endedAtMs = Date.now();
      receipt.wasCut = wasCut;
    };
    response.once('finish', () => end(false));
    response.once('close', () => end(!response.writableFinished));
  }

  all(): Receipt[] {
    return [...this.#open.values()].flatMap((open) => [...open]);
  }
}

function beginReceipt(request: IncomingMessage): Receipt {
  const { method = '', url = '/', headers } = request;
  return {
    method,
    path: url,
    headers,
    body: Buffer.alloc(0),
    atMs: Date.now(),
    eventId: textOf(headers['x-ttoolab-event-id']),
    sender: textOf(headers['x-test-process']),
    endedAtMs: undefined,
    wasCut: false,
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function textOf(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
