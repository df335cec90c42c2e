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
}

/** Answers a request that was recorded already. */
export type Behaviour = (response: ServerResponse, receipt: Receipt, count: number) => void;

/** A customer's server: records every request, then behaves as its path was told to. */
export interface Receiver {
  url: (path: string) => string;
  /** Sets what a path does from now on; 200 until then. */
  on: (path: string, behaviour: Behaviour) => void;
  receipts: (path?: string) => Receipt[];
  close: () => Promise<void>;
}

/** Answers with a status at once. */
export const answer =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, headers).end('answered');

/** Starts a receiver on a free loopback port. */
export async function startReceiver(): Promise<Receiver> {
  const receipts: Receipt[] = [];
  const counts = new Map<string, number>();
  const behaviours = new Map<string, Behaviour>();
  const server = createServer((request, response) => {
    void readReceipt(request).then((receipt) => {
      receipts.push(receipt);
      const count = (counts.get(receipt.path) ?? 0) + 1;
      counts.set(receipt.path, count);
      (behaviours.get(receipt.path) ?? answer(200))(response, receipt, count);
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server);
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    on: (path, behaviour) => void behaviours.set(path, behaviour),
    receipts: (path) => (path === undefined ? receipts : receipts.filter((receipt) => receipt.path === path)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readReceipt(request: IncomingMessage): Promise<Receipt> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const eventId = request.headers['x-ttoolab-event-id'];
  return {
    method: request.method ?? '',
    path: request.url ?? '/',
    headers: request.headers,
    body: Buffer.concat(chunks),
    atMs: Date.now(),
    eventId: typeof eventId === 'string' ? eventId : '',
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
