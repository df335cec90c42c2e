// Receives Ttoolab webhooks and keeps a table of experiment statuses, as an admin tool would.
// Needs Node 22.18 or later and no packages: TTOOLAB_WEBHOOK_SECRET=whsec_… node receiver.ts
import { createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

const SECRET = process.env['TTOOLAB_WEBHOOK_SECRET'] ?? '';
const PORT = Number(process.env['PORT'] ?? 4000);
const FILE = process.env['RECEIVER_FILE'] ?? 'experiments.json';
const TOLERANCE_SECONDS = 300;
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_KNOWN_IDS = 10_000;

if (!SECRET.startsWith('whsec_'))
  throw new Error('Set TTOOLAB_WEBHOOK_SECRET to the secret shown when the webhook was created');

interface Experiment {
  experimentId: string;
  experimentKey: string;
  name: string;
  status: string;
  /** When the newest event that changed this row happened. */
  changedAt: string;
}

interface Event {
  id: string;
  type: string;
  createdAt: string;
  data: Omit<Experiment, 'changedAt'>;
}

interface Stored {
  experiments: Record<string, Experiment>;
  eventIds: string[];
}

const stored = load();
const known = new Set(stored.eventIds);

function load(): Stored {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : { experiments: {}, eventIds: [] };
}

/** Renaming is atomic: a crash leaves the old file or the new one, never half of one. */
function save(): void {
  stored.eventIds = [...known].slice(-MAX_KNOWN_IDS);
  writeFileSync(`${FILE}.new`, JSON.stringify(stored));
  renameSync(`${FILE}.new`, FILE);
}

/** `body` must be the bytes as received: parsing and printing JSON again changes them. */
function isGenuine(request: IncomingMessage, body: Buffer): boolean {
  const timestamp = String(request.headers['x-ttoolab-timestamp'] ?? '');
  const signature = String(request.headers['x-ttoolab-signature'] ?? '');
  const ageSeconds = Math.abs(Date.now() / 1000 - Number(timestamp));
  if (!/^\d+$/.test(timestamp) || ageSeconds > TOLERANCE_SECONDS) return false;
  const expected = Buffer.from(createHmac('sha256', SECRET).update(timestamp).update(body).digest('hex'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Events may arrive twice and in any order: the newest by `createdAt` wins. Returns what was done. */
function apply(event: Event): string {
  if (known.has(event.id)) return 'duplicate';
  known.add(event.id);
  const { experimentId, experimentKey, name, status } = event.data;
  const row = stored.experiments[experimentId];
  const tellsStatus = event.type.startsWith('experiment.') && typeof status === 'string';
  const isNewer = tellsStatus && (!row || event.createdAt >= row.changedAt);
  if (isNewer) {
    stored.experiments[experimentId] = {
      experimentId,
      experimentKey,
      name,
      status,
      changedAt: event.createdAt,
    };
  }
  save();
  return isNewer ? 'updated' : 'ignored';
}

async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET' && request.url === '/experiments')
    return answer(response, 200, Object.values(stored.experiments));
  if (request.method !== 'POST')
    return answer(response, 404, { error: 'POST webhooks here, or GET /experiments' });
  const body = await readBody(request);
  if (!body) return answer(response, 413, { error: 'too large' });
  if (!isGenuine(request, body)) return answer(response, 401, { error: 'bad signature or timestamp' });
  // Answered only once it is on disk: a 2xx says that it need not be sent again.
  answer(response, 200, { result: apply(JSON.parse(body.toString('utf8'))) });
}

const server = createServer((request, response) => {
  handle(request, response).catch((error: unknown) => {
    console.error(error);
    if (!response.headersSent) answer(response, 500, { error: 'failed; please send again' });
  });
});
server.listen(PORT, '127.0.0.1', () => console.log(`Listening on ${JSON.stringify(server.address())}`));
