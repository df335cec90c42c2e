import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { balance, settled } from '../harness/ledger.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const APPS = ['ingest', 'admin-api', 'dispatcher', 'webhook-worker', 'recorder'];
const PATHS = ['/a', '/b', '/c'];
const CONCURRENCY = 16;

describe('a worker killed with kill -9 in mid-delivery', () => {
  let hub: TestHub;
  let receiver: Receiver;

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('loses nothing, and repeats at most the requests in flight', async () => {
    receiver = await startReceiver();
    hub = await startHub({
      stack: runStack(),
      apps: APPS,
      env: { LANE_MAX_CONCURRENCY: String(CONCURRENCY), LOG_LEVEL: 'warn' },
    });
    for (const path of PATHS) {
      receiver.on(path, (response) => void delay(2).then(() => response.writeHead(204).end()));
      await hub.createWebhook({ url: receiver.url(path) });
    }
    const events = sampleEvents(5_000);
    const publishing = publishAll(hub, events);

    await eventually(() => expect(receiver.receipts().length).toBeGreaterThan(5_000), 60_000);
    await hub.process('webhook-worker').kill('SIGKILL');
    await hub.process('webhook-worker').start();
    await publishing;

    const accounts = { hub, receiver, acknowledged: events, paths: PATHS };
    await settled(accounts, 90_000);
    const { duplicates, requestsWithoutAttempt, ...rest } = await balance(accounts);
    expect(rest).toEqual({ lost: [], phantoms: [], changedBodies: [], attemptsWithoutRequest: 0 });
    expect(duplicates).toBeLessThanOrEqual(CONCURRENCY * PATHS.length);
    // Only a request that the kill cut off has no row: its worker did not live to write one.
    expect(requestsWithoutAttempt).toBe(duplicates);
  }, 240_000);
});
