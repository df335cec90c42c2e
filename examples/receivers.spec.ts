import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSecret, signRequest } from '#webhooks';

const secret = generateSecret();
const here = import.meta.dirname;

const RECEIVERS = [
  { language: 'TypeScript', command: process.execPath, file: join(here, 'receiver-typescript/receiver.ts') },
  { language: 'Python', command: 'python3', file: join(here, 'receiver-python/receiver.py') },
];

interface Running {
  child: ChildProcess;
  url: string;
}

async function start({ command, file }: (typeof RECEIVERS)[number], folder: string): Promise<Running> {
  const env = {
    ...process.env,
    TTOOLAB_WEBHOOK_SECRET: secret,
    PORT: '0',
    RECEIVER_FILE: join(folder, 'table'),
  };
  const child = spawn(command, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit').then(() => Promise.reject(new Error(`${file} ended`)));
  const [line] = await Promise.race([once(child.stdout, 'data'), exited]);
  exited.catch(() => {});
  return { child, url: `http://127.0.0.1:${/"port": ?(\d+)/.exec(String(line))?.[1]}` };
}

async function stop({ child }: Running): Promise<void> {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

interface Sent {
  id?: string;
  type?: string;
  createdAt?: string;
  status?: string;
  experimentId?: string;
}

function bodyOf({
  id = crypto.randomUUID(),
  type = 'experiment.started',
  createdAt = '2026-01-01T00:00:00.000Z',
  ...data
}: Sent): string {
  const full = {
    experimentId: 'e1',
    experimentKey: 'checkout',
    name: 'Prüfung 🎉',
    status: 'running',
    ...data,
  };
  return JSON.stringify({ id, type, projectId: 'p', tenantId: 't', createdAt, data: full });
}

describe.each(RECEIVERS)('the receiver in $language', (receiver) => {
  const folder = mkdtempSync(join(tmpdir(), 'receiver-'));
  let running: Running;

  beforeAll(async () => {
    running = await start(receiver, folder);
  }, 20_000);
  afterAll(async () => {
    await stop(running);
    rmSync(folder, { recursive: true });
  });

  async function send(
    body: string,
    more: { nowMs?: number; sentBody?: string; headers?: Record<string, string> } = {},
  ) {
    const event = JSON.parse(body) as { id: string; type: string };
    const signed = signRequest({
      eventId: event.id,
      eventType: event.type,
      body: Buffer.from(body),
      secret,
      nowMs: more.nowMs ?? Date.now(),
    });
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { ...signed, ...more.headers },
      body: more.sentBody ?? body,
    });
    const { result } = (await response.json()) as { result?: string };
    return { status: response.status, result };
  }

  async function statusOf(experimentId: string) {
    const table = (await (await fetch(`${running.url}/experiments`)).json()) as Record<string, string>[];
    return table.find((row) => row['experimentId'] === experimentId);
  }

  it('takes a signed event and shows the status', async () => {
    expect(await send(bodyOf({ experimentId: 'good' }))).toEqual({ status: 200, result: 'updated' });
    expect(await statusOf('good')).toEqual({
      experimentId: 'good',
      experimentKey: 'checkout',
      name: 'Prüfung 🎉',
      status: 'running',
      changedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('refuses what was tampered with, unsigned, or signed with another secret', async () => {
    const body = bodyOf({ experimentId: 'bad' });
    const bad = { 'X-Ttoolab-Signature': '0'.repeat(64) };
    expect(await send(body, { sentBody: body.replace('running', 'paused!') })).toMatchObject({ status: 401 });
    expect(await send(body, { headers: bad })).toMatchObject({ status: 401 });
    expect(await send(body, { headers: { 'X-Ttoolab-Signature': '' } })).toMatchObject({ status: 401 });
    expect(await send(body, { headers: { 'X-Ttoolab-Signature': 'é'.repeat(64) } })).toMatchObject({
      status: 401,
    });
    expect((await fetch(running.url, { method: 'POST', body })).status).toBe(401);
    expect(await statusOf('bad')).toBeUndefined();
  });

  it.each([-310_000, 310_000])('refuses a timestamp %i ms from now', async (offset) => {
    expect(await send(bodyOf({ experimentId: 'old' }), { nowMs: Date.now() + offset })).toMatchObject({
      status: 401,
    });
    expect(await send(bodyOf({}), { headers: { 'X-Ttoolab-Timestamp': 'soon' } })).toMatchObject({
      status: 401,
    });
    expect(await statusOf('old')).toBeUndefined();
  });

  it('acts once on an event that arrives twice, also after a restart', async () => {
    const body = bodyOf({ experimentId: 'twice' });
    expect(await send(body)).toEqual({ status: 200, result: 'updated' });
    expect(await send(body)).toEqual({ status: 200, result: 'duplicate' });
    await stop(running);
    running = await start(receiver, folder);
    expect(await send(body)).toEqual({ status: 200, result: 'duplicate' });
    expect(await statusOf('twice')).toMatchObject({ status: 'running' });
  }, 20_000);

  it('keeps the newest status when events arrive out of order', async () => {
    const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
    await send(
      bodyOf({ experimentId: 'order', type: 'experiment.finished', status: 'completed', createdAt: at(3) }),
    );
    expect(await send(bodyOf({ experimentId: 'order', status: 'running', createdAt: at(1) }))).toEqual({
      status: 200,
      result: 'ignored',
    });
    await send(
      bodyOf({ experimentId: 'order', type: 'experiment.paused', status: 'paused', createdAt: at(2) }),
    );
    expect(await statusOf('order')).toMatchObject({ status: 'completed', changedAt: at(3) });
  });

  it('acknowledges what it has no use for, such as a test event', async () => {
    const test = JSON.stringify({
      id: crypto.randomUUID(),
      type: 'webhook.test',
      createdAt: '2026-01-01T00:00:00.000Z',
      data: { test: true },
    });
    expect(await send(test)).toEqual({ status: 200, result: 'ignored' });
  });
});
