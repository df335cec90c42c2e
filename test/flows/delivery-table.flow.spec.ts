import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, throughout } from '../harness/eventually.ts';
import { useFlow, type ShownAttempt, type ShownDelivery } from '../harness/flow.ts';
import { answer, startReceiver, type Behaviour, type Receipt, type Receiver } from '../harness/receiver.ts';
import { startRuns, type Case } from '../harness/runs.ts';

const DELAYS_MS = [200, 500, 800, 1300];
const TIMEOUT_MS = 1_000;
/** How far an attempt may outlast its timeout. */
const TIMEOUT_SLACK_MS = 1_500;
const KEPT_BYTES = 16 * 1024;

const flow = useFlow({
  RETRY_DELAYS: DELAYS_MS.map((ms) => `${ms}ms`).join(','),
  DELIVERY_TIMEOUT: `${TIMEOUT_MS}ms`,
  AUTO_PAUSE_PROBE_SPACING: '0s',
});

// Has no other requests: a kept-alive connection that is closed under a request has that sent again.
let closing: Receiver;

beforeAll(async () => {
  closing = await startReceiver();
  closing.on('/failure/a%20connection%20closed%20without%20an%20answer', (response) => response.destroy());
});
afterAll(async () => closing?.close());

const runAll = <C extends Case>(group: string, cases: readonly C[]) => startRuns(flow, group, cases);

const timeOf = (text: string | null) => (text === null ? NaN : Date.parse(text));

/** Whether each attempt but the first waited for its delay after the end of the one before, as it had been announced. */
function expectSchedule({ attemptList }: ShownDelivery): void {
  for (const [index, attempt] of attemptList.slice(1).entries()) {
    const before = attemptList[index];
    if (before === undefined) throw new Error('unreachable');
    const announced = timeOf(before.nextAttemptAt);
    const delayMs = DELAYS_MS[index] ?? 0;
    const ended = timeOf(before.startedAt) + before.durationMs;
    expect(announced - ended).toBeGreaterThanOrEqual(delayMs - 5);
    expect(announced - ended).toBeLessThan(delayMs + 500);
    expect(timeOf(attempt.startedAt)).toBeGreaterThanOrEqual(announced);
    expect(timeOf(attempt.startedAt) - announced).toBeLessThan(5_000);
  }
  expect(attemptList.at(-1)?.nextAttemptAt).toBeNull();
}

interface Success extends Case {
  status: number;
}

const drip: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'text/plain' });
  const timer = setInterval(() => response.write('.'), 50);
  response.once('close', () => clearInterval(timer));
};

const SUCCESSES: Success[] = [
  ...[200, 201, 202, 204, 299].map((status) => ({ name: `${status}`, status, behaviour: answer(status) })),
  { name: '200 with a body that drips for ever', status: 200, behaviour: drip },
  {
    name: '200 with a body that stalls',
    status: 200,
    behaviour: (response) => void response.writeHead(200, { 'content-length': 10 }).write('half'),
  },
  {
    name: '200 with a body that is cut',
    status: 200,
    behaviour: (response) => {
      response.writeHead(200, { 'content-length': 10 });
      response.write('half', () => response.destroy());
    },
  },
  {
    name: '200 after an interim 103',
    status: 200,
    behaviour: (response) => response.writeEarlyHints({ link: '</a>' }, () => response.end('fine')),
  },
];

describe('an answer of', () => {
  const runOf = runAll('success', SUCCESSES);

  it.for(SUCCESSES)('$name is a success at the first attempt', async (success) => {
    const { status } = success;
    const { shop, webhook, eventId } = runOf(success);
    const delivery = await shop.settled(webhook.id, eventId, 'success');
    expect(delivery).toMatchObject({ attempts: 1, lastStatus: status, lastError: null, nextAttemptAt: null });
    expect(delivery.attemptList).toMatchObject([
      { number: 1, outcome: 'delivered', status, errorClass: null, error: null, nextAttemptAt: null },
    ]);
    expect(delivery.attemptList[0]?.durationMs).toBeLessThanOrEqual(TIMEOUT_MS + TIMEOUT_SLACK_MS);
    expect(flow.receiver.receipts(webhook.path)).toHaveLength(1);
    await shop.expectHonestBooks(webhook);
  });
});

interface Failure extends Case {
  status: number | null;
  errorClass: string | null;
  /** Requests that reach the receiver. */
  seen: number;
}

const STATUSES = [
  300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 408, 418, 422, 500, 501, 502, 504, 599,
];

const toTarget: Record<number, Behaviour> = Object.fromEntries(
  [301, 302, 303, 307, 308].map((status) => [
    status,
    (response, receipt) =>
      void response.writeHead(status, { location: `/target${receipt.path}` }).end('elsewhere'),
  ]),
);

const FAILURES: Failure[] = [
  ...STATUSES.map((status) => ({
    name: `the status ${status}`,
    behaviour: toTarget[status] ?? answer(status),
    status,
    errorClass: null,
    seen: 5,
  })),
  {
    name: 'a refused connection',
    url: closedPort,
    status: null,
    errorClass: 'connect',
    seen: 0,
  },
  {
    name: 'a name that does not resolve',
    url: () => 'http://nobody.invalid/hook',
    status: null,
    errorClass: 'dns',
    seen: 0,
  },
  {
    name: 'a server without TLS behind https',
    url: () => flow.receiver.url('/').replace('http:', 'https:'),
    status: null,
    errorClass: 'tls',
    seen: 0,
  },
  {
    name: 'a connection closed without an answer',
    url: (path) => closing.url(path),
    status: null,
    errorClass: 'reset',
    seen: 0,
  },
  {
    name: 'an answer that is no HTTP',
    behaviour: (response) => void response.socket?.end('nonsense\r\n\r\n'),
    status: null,
    errorClass: 'protocol',
    seen: 5,
  },
  {
    name: 'no answer at all',
    behaviour: () => undefined,
    status: null,
    errorClass: 'timeout',
    seen: 5,
  },
  {
    name: 'interim answers for ever',
    behaviour: (response) => {
      const timer = setInterval(() => response.writeProcessing(), 50);
      response.once('close', () => clearInterval(timer));
    },
    status: null,
    errorClass: 'timeout',
    seen: 5,
  },
];

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}

describe('a delivery that always meets', () => {
  const runOf = runAll('failure', FAILURES);

  it.for(FAILURES)('$name is tried five times on schedule, then failed', async (failure) => {
    const { status, errorClass, seen } = failure;
    const { shop, webhook, eventId } = runOf(failure);
    const delivery = await shop.settled(webhook.id, eventId, 'failed');
    expect(delivery).toMatchObject({
      ...{ attempts: 5, lastStatus: status, lastError: errorClass, nextAttemptAt: null },
    });
    const outcome = status === null ? 'unreachable' : 'rejected';
    expect(delivery.attemptList).toMatchObject(
      [1, 2, 3, 4, 5].map((number) => ({ number, outcome, status, errorClass, error: expect.any(String) })),
    );
    expectSchedule(delivery);
    for (const attempt of delivery.attemptList) {
      expect(attempt.durationMs).toBeLessThanOrEqual(TIMEOUT_MS + TIMEOUT_SLACK_MS);
      if (errorClass === 'timeout') expect(attempt.durationMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 5);
    }
    expect(flow.receiver.receipts(webhook.path)).toHaveLength(seen);
    if (seen > 0) await shop.expectHonestBooks(webhook);
    expect((await shop.call('GET', `/webhooks/${webhook.id}`)).body).toMatchObject({ enabled: true });
  });

  it('is not tried a sixth time, and no redirect’s target ever hears of it', async () => {
    await throughout(() => {
      for (const failure of FAILURES) {
        const { path } = runOf(failure).webhook;
        expect(flow.receiver.receipts(path)).toHaveLength(failure.seen);
        expect(flow.receiver.receipts(`/target${path}`)).toEqual([]);
      }
      expect(closing.receipts()).toHaveLength(5);
    }, 2_000);
  });
});

describe('a delivery', () => {
  it('goes from pending over retrying to failed, and shows when it is tried next', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/watched');
    let release = () => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    flow.receiver.on('/watched', (response) => void released.then(() => response.writeHead(500).end()));
    const event = await shop.publish();

    const states: string[] = [];
    await eventually(async () => {
      const [delivery] = await shop.deliveries(webhook.id, `&eventId=${event.id}`);
      const state = `${delivery?.status} ${delivery?.attempts}`;
      if (delivery !== undefined && states.at(-1) !== state) states.push(state);
      if (delivery?.status === 'pending') release();
      expect(delivery?.nextAttemptAt !== null).toBe(delivery?.status === 'retrying');
      expect(delivery?.status).toBe('failed');
    });
    expect(states).toEqual([
      ...['pending 0', 'retrying 1', 'retrying 2', 'retrying 3', 'retrying 4', 'failed 5'],
    ]);
  });

  it('that succeeds after two failures is a success of three attempts', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/recovering');
    flow.receiver.on('/recovering', (response, _receipt, count) =>
      response.writeHead(count < 3 ? 503 : 200).end(`answer ${count}`),
    );
    const event = await shop.publish();

    const delivery = await shop.settled(webhook.id, event.id, 'success');
    expect(delivery).toMatchObject({ attempts: 3, lastStatus: 200, nextAttemptAt: null });
    expect(
      delivery.attemptList.map(({ status, outcome, responseBody }) => [status, outcome, responseBody.text]),
    ).toEqual([
      [503, 'rejected', 'answer 1'],
      [503, 'rejected', 'answer 2'],
      [200, 'delivered', 'answer 3'],
    ]);
    expectSchedule(delivery);
    await throughout(() => expect(flow.receiver.receipts('/recovering')).toHaveLength(3), 1_500);
    await shop.expectHonestBooks(webhook);
  });

  const RETRY_AFTER = [
    { name: 'seconds', status: 500, value: () => '1', delayMs: 1300 },
    { name: 'a date', status: 500, value: () => new Date(Date.now() + 2_000).toUTCString(), delayMs: 1300 },
    { name: 'seconds with 503', status: 503, value: () => '1', delayMs: 1300 },
    { name: 'seconds with 429', status: 429, value: () => '1', delayMs: 1300 },
    { name: 'more than the last delay', status: 500, value: () => '9999', delayMs: 1300 },
    { name: 'nothing to wait', status: 500, value: () => '0', delayMs: 200 },
    { name: 'nonsense', status: 500, value: () => 'soon', delayMs: 200 },
    { name: 'a negative number', status: 500, value: () => '-5', delayMs: 200 },
  ];

  const retryRunOf = runAll(
    'retry-after',
    RETRY_AFTER.map(({ name, status, value }) => ({
      name,
      behaviour: (response, _receipt, count) =>
        count === 1
          ? response.writeHead(status, { 'retry-after': value() }).end()
          : response.writeHead(200).end(),
    })),
  );

  it.for(RETRY_AFTER)(
    'answered with Retry-After of $name waits $delayMs ms for its next attempt',
    async ({ name, delayMs }) => {
      const { shop, webhook, eventId } = retryRunOf({ name });
      const { attempts, attemptList } = await shop.settled(webhook.id, eventId, 'success');
      const [first, second] = attemptList as [ShownAttempt, ShownAttempt];
      expect(attempts).toBe(2);
      const ended = timeOf(first.startedAt) + first.durationMs;
      expect(timeOf(first.nextAttemptAt) - ended).toBeGreaterThanOrEqual(delayMs - 5);
      expect(timeOf(first.nextAttemptAt) - ended).toBeLessThan(delayMs + 290);
      expect(timeOf(second.startedAt)).toBeGreaterThanOrEqual(timeOf(first.nextAttemptAt));
    },
  );

  const BODIES = [
    { name: 'of 16 KiB whole', body: Buffer.from('x'.repeat(KEPT_BYTES)), isTruncated: false },
    { name: 'over 16 KiB cut', body: Buffer.from('y'.repeat(KEPT_BYTES + 1)), isTruncated: true },
    { name: 'of 2 MB cut', body: Buffer.alloc(2 ** 21, 'z'), isTruncated: true },
    { name: 'with U+0000 in it', body: Buffer.from('a\0b'), isTruncated: false },
    { name: 'that is no text as base64', body: Buffer.from([0xff, 0xfe, 0x00, 0x80]), isTruncated: false },
    { name: 'that is empty', body: Buffer.alloc(0), isTruncated: false },
  ];

  const bodyRunOf = runAll(
    'body',
    BODIES.map(({ name, body }) => ({
      name,
      behaviour: (response) =>
        response.writeHead(200, { 'X-Seen': 'yes', 'set-cookie': ['a=1', 'b=2'] }).end(body),
    })),
  );

  it.for(BODIES)('keeps a response body $name', async ({ name, body, isTruncated }) => {
    const { shop, webhook, eventId } = bodyRunOf({ name });
    const { attemptList } = await shop.settled(webhook.id, eventId, 'success');
    const [attempt] = attemptList as [ShownAttempt];
    const kept = body.subarray(0, KEPT_BYTES);
    const encoding = kept[0] === 0xff ? 'base64' : 'utf8';
    expect(attempt.responseBody).toEqual({ encoding, text: kept.toString(encoding), isTruncated });
    expect(attempt.responseHeaders).toMatchObject({ 'x-seen': 'yes', 'set-cookie': 'a=1, b=2' });
    expect(attempt.url).toBe(flow.receiver.url(webhook.path));
    const startedAt = timeOf(attempt.startedAt);
    const [receipt] = flow.receiver.receipts(webhook.path) as [Receipt];
    expect(startedAt).toBeLessThanOrEqual(receipt.atMs);
    expect(startedAt + attempt.durationMs).toBeGreaterThanOrEqual(receipt.atMs - 5);
  });
});
