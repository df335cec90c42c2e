// Receives the demo's webhooks, as a child process of the demo: listens on the port it is given, says `listening`, is told the secrets,
// reports each receipt.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { verifySignature } from '#webhooks';
import { createFlakyMood, type Mood } from './flaky-mood.ts';

/** What the demo tells the receiver: the secret of the webhook at each path. */
export interface ReceiverSecrets {
  secrets: Record<string, string>;
}

/** What the receiver tells the demo. `isVerified`: both signatures fit. */
export type ReceiverReport =
  { kind: 'listening' } | { kind: 'received'; path: string; isVerified: boolean; status: number };

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 1024 * 1024;
const MOODS: Record<string, () => Mood> = {
  '/admin-tool': () => ({ status: 200, delayMs: 0 }),
  '/flaky-crm': createFlakyMood(),
};
let secrets: Record<string, string> = {};

const report = (message: ReceiverReport) => void process.send?.(message);

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new RangeError('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Both recipes that customers may use: the product's own, and the library of the Standard Webhooks. */
function isGenuine(request: IncomingMessage, body: Buffer, secret: string): boolean {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const own = verifySignature({ scheme: 'ttoolab', headers, body, secret, nowMs: Date.now() });
  try {
    new Webhook(secret).verify(body, headers);
    return own.ok;
  } catch {
    return false;
  }
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  const mood = MOODS[path]?.();
  const body = await readBody(request);
  if (mood === undefined || request.method !== 'POST') {
    response.writeHead(404).end();
    return;
  }
  const isVerified = isGenuine(request, body, secrets[path] ?? '');
  const status = isVerified ? mood.status : 401;
  report({ kind: 'received', path, isVerified, status });
  if (mood.delayMs > 0) await sleep(mood.delayMs);
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(JSON.stringify({ ok: status === 200 }));
}

process.on('message', (message: ReceiverSecrets) => ({ secrets } = message));
// The demo is gone.
process.on('disconnect', () => process.exit(0));

const server = createServer((request, response) => {
  receive(request, response).catch(() => response.destroy());
});
server.listen(Number(process.argv[2]), HOST, () => report({ kind: 'listening' }));
