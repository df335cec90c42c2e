import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifySignature } from '#webhooks';
import type { AppProcess } from '../harness/app-process.ts';
import { eventually } from '../harness/eventually.ts';
import { startTraffic } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const EVENTS_A_SECOND = 20;
const [older, newer] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];

/** Who has the master key. */
type Keepers = Record<'worker' | 'api', AppProcess>;

let hub: TestHub;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
  const apps = ['ingest', 'admin-api', 'dispatcher', 'webhook-worker', 'recorder'];
  hub = await startHub({ stack: runStack(), apps, env: { MASTER_KEY: older } });
});
afterAll(async () => {
  await hub?.end();
  await receiver?.close();
});

/** Replaces the processes that have the keys; of the worker, a new one is there before the old one goes. */
async function replace({ worker, api }: Keepers, env: Record<string, string>): Promise<Keepers> {
  const next = { worker: hub.addProcess('webhook-worker', env), api: hub.addProcess('admin-api', env) };
  await next.worker.start();
  await Promise.all([worker.kill('SIGTERM'), api.kill('SIGTERM')]);
  await next.api.start();
  return next;
}

async function rekey(): Promise<{ rewrapped: number; current: number; unreadable: number }> {
  const env = { ...process.env, ...hub.env, MASTER_KEY: newer, MASTER_KEY_PREVIOUS: older };
  const args = ['--conditions=source', 'apps/cli/src/main.ts', '--json', 'rekey'];
  return JSON.parse((await promisify(execFile)(process.execPath, args, { env })).stdout);
}

describe('the master key', () => {
  it('changes while deliveries go on, and none is signed with anything but its secret', async () => {
    let running: Keepers = { worker: hub.process('webhook-worker'), api: hub.process('admin-api') };
    const webhook = await hub.createWebhook({ url: receiver.url('/hook') });
    const traffic = startTraffic(hub, EVENTS_A_SECOND);
    await eventually(() => expect(receiver.receipts('/hook').length).toBeGreaterThan(20));
    running = await replace(running, { MASTER_KEY: newer, MASTER_KEY_PREVIOUS: older });
    expect(await rekey()).toEqual({ rewrapped: 1, current: 0, unreadable: 0 });
    expect(await rekey()).toEqual({ rewrapped: 0, current: 1, unreadable: 0 });
    await replace(running, { MASTER_KEY: newer, MASTER_KEY_PREVIOUS: '' });
    const before = receiver.receipts('/hook').length;
    await eventually(() => expect(receiver.receipts('/hook').length).toBeGreaterThan(before + 20));
    const events = await traffic.stop();
    await eventually(() => {
      const seen = new Set(receiver.receipts('/hook').map(({ eventId }) => eventId));
      expect(events.filter(({ id }) => !seen.has(id))).toEqual([]);
    }, 60_000);
    expect(events.length).toBeGreaterThan(60);
    expectAllSigned(webhook.secret);
  }, 180_000);
});

function expectAllSigned(secret: string): void {
  for (const { headers, body, atMs } of receiver.receipts('/hook'))
    for (const scheme of ['ttoolab', 'standard'] as const) {
      const texts = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      expect(verifySignature({ scheme, headers: texts, body, secret, nowMs: atMs })).toMatchObject({
        ok: true,
      });
    }
}
