import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { balance } from '../harness/ledger.ts';
import { startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

const APPS = ['ingest', 'admin-api', 'dispatcher', 'webhook-worker', 'recorder'];
const EVENTS = 3_000;
const CONCURRENCY = 16;

describe('a replay of thousands whose parts are killed with kill -9', () => {
  let hub: TestHub;
  let receiver: Receiver;

  afterEach(async () => {
    await hub?.end();
    await receiver?.close();
  });

  it('loses nothing, and repeats at most what a killed worker had in flight', async () => {
    receiver = await startReceiver();
    receiver.on('/held', (response) => void delay(5).then(() => response.writeHead(204).end()));
    hub = await startHub({
      stack: runStack(),
      apps: APPS,
      env: { LANE_MAX_CONCURRENCY: String(CONCURRENCY), REPLAY_RATE: '400', LOG_LEVEL: 'warn' },
    });
    const { id } = await hub.createWebhook({ url: receiver.url('/held') });
    const call = <T = Record<string, unknown>>(method: string, path: string, body?: object) =>
      hub.call<T>(method, `/v1/projects/${hub.project.projectId}${path}`, body);
    await call('POST', `/webhooks/${id}/disable`);
    const events = sampleEvents(EVENTS);
    await publishAll(hub, events);
    await eventually(
      async () => expect((await call('GET', `/webhooks/${id}/held`)).body).toMatchObject({ count: EVENTS }),
      60_000,
    );
    const enabled = await call<{ replay: { id: string } }>('POST', `/webhooks/${id}/enable`, {
      resume: 'all',
    });
    expect(enabled).toMatchObject({ status: 200, body: { replay: { total: EVENTS } } });

    for (const [app, after] of [
      ['admin-api', 300],
      ['admin-api', 900],
      ['webhook-worker', 1_500],
    ] as const) {
      await eventually(() => expect(receiver.receipts('/held').length).toBeGreaterThan(after), 60_000);
      await hub.process(app).kill('SIGKILL');
      await hub.process(app).start();
    }
    await eventually(async () => {
      const { body } = await call('GET', `/replays/${enabled.body.replay.id}`);
      expect(body).toMatchObject({ status: 'done', sent: EVENTS, deliveries: { success: EVENTS } });
    }, 120_000);
    const books = await balance({ hub, receiver, acknowledged: events, paths: ['/held'] });
    const { duplicates, requestsWithoutAttempt, ...rest } = books;
    expect(rest).toEqual({ lost: [], phantoms: [], changedBodies: [], attemptsWithoutRequest: 0 });
    expect(duplicates).toBeLessThanOrEqual(CONCURRENCY);
    expect(requestsWithoutAttempt).toBe(duplicates);
  }, 300_000);
});
