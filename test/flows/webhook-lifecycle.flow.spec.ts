import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifySignature } from '#webhooks';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { answer, startReceiver, type Receipt, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';

let hub: TestHub;
let receiver: Receiver;

beforeAll(async () => {
  const env = { RETRY_DELAYS: '1s', AUTO_PAUSE_PROBE_SPACING: '0s' };
  [hub, receiver] = await Promise.all([startHub({ stack: runStack(), env }), startReceiver()]);
});

afterAll(async () => {
  await hub?.end();
  await receiver?.close();
});

const admin = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
  hub.call<T>(method, `/v1/projects/${hub.project.projectId}${path}`, body);

async function publish(path: string, count: number): Promise<Receipt> {
  const event = sampleEvent('experiment.conversion');
  expect((await hub.call('POST', '/v1/events', event)).status).toBe(202);
  return eventually(() => {
    const receipts = receiver.receipts(path);
    expect(receipts).toHaveLength(count);
    return receipts[count - 1] as Receipt;
  });
}

const isSignedWith = (secret: string, { headers, body }: Receipt, scheme: 'ttoolab' | 'standard') =>
  verifySignature({ scheme, headers: headers as Record<string, string>, body, secret, nowMs: Date.now() }).ok;

describe('a webhook’s changes', () => {
  it('reach the worker: rotation signs with both secrets, promotion with the next alone', async () => {
    const { id, secret } = await hub.createWebhook({ url: receiver.url('/rotating') });
    const { body: next } = await admin<{ secret: string }>('POST', `/webhooks/${id}/secret/rotate`);
    const both = await publish('/rotating', 1);
    expect([isSignedWith(secret, both, 'ttoolab'), isSignedWith(next.secret, both, 'ttoolab')]).toEqual([
      true,
      false,
    ]);
    expect([isSignedWith(secret, both, 'standard'), isSignedWith(next.secret, both, 'standard')]).toEqual([
      true,
      true,
    ]);

    expect((await admin('POST', `/webhooks/${id}/secret/promote`)).status).toBe(200);
    const promoted = await publish('/rotating', 2);
    for (const scheme of ['ttoolab', 'standard'] as const) {
      expect([isSignedWith(secret, promoted, scheme), isSignedWith(next.secret, promoted, scheme)]).toEqual([
        false,
        true,
      ]);
    }
    await admin('DELETE', `/webhooks/${id}`);
  });
});

describe('a failed delivery', () => {
  it('is shown with its attempts and sent once more on request, with the same bytes and the next number', async () => {
    receiver.on('/failing', answer(500));
    const { id } = await hub.createWebhook({ url: receiver.url('/failing') });
    await publish('/failing', 2);
    const delivery = await eventually(async () => {
      const { body } = await admin<{ items: { id: string }[] }>(
        'GET',
        `/webhooks/${id}/deliveries?status=failed`,
      );
      expect(body.items).toHaveLength(1);
      return body.items[0] as { id: string };
    });
    receiver.on('/failing', answer(200));
    expect(await admin('POST', `/deliveries/${delivery.id}/redeliver`)).toMatchObject({
      status: 202,
      body: { attempt: 3 },
    });
    const shown = await eventually(async () => {
      const { body } = await admin('GET', `/deliveries/${delivery.id}`);
      expect(body).toMatchObject({ status: 'success', attempts: 3 });
      return body;
    });
    expect(shown.attemptList).toMatchObject([
      { number: 1, status: 500 },
      { number: 2, status: 500 },
      { number: 3, status: 200, responseBody: { encoding: 'utf8', text: 'answered' } },
    ]);
    const bodies = receiver.receipts('/failing').map((receipt) => receipt.body.toString());
    expect(bodies).toEqual([shown.requestBody, shown.requestBody, shown.requestBody]);
    await admin('DELETE', `/webhooks/${id}`);
  });
});

describe('Send test', () => {
  it('on a webhook that failed does not count, and its answer is there at once', async () => {
    receiver.on('/testing', answer(503));
    const { id } = await hub.createWebhook({
      url: receiver.url('/testing'),
      eventTypes: ['ces.response_created'],
    });
    for (let i = 0; i < 11; i++) {
      expect(await admin('POST', `/webhooks/${id}/test`)).toMatchObject({
        status: 200,
        body: { status: 503 },
      });
    }
    expect((await admin('GET', `/webhooks/${id}`)).body).toMatchObject({ enabled: true });
    expect(receiver.receipts('/testing')).toHaveLength(11);
  });
});
