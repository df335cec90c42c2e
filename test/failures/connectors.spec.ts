import { afterEach, describe, expect, it } from 'vitest';
import { DESTINATION_KINDS, type Outside, type Place } from '../harness/destination-kinds.ts';
import { eventually, throughout } from '../harness/eventually.ts';
import { publishAll, sampleEvent, sampleEvents, startTraffic } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { startReceiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';
import { startSlackServer } from '../harness/slack-server.ts';
import { startSmtpServer } from '../harness/smtp-server.ts';

const APPS = ['ingest', 'admin-api', 'dispatcher', 'slack-connector', 'email-connector', 'recorder'];
/** A destination's lane: one message to Slack at a time, two e-mails. */
const IN_FLIGHT = { webhook: 0, slack: 1, email: 2 };
const EVENTS = 400;
const KILLS = 2;
const WINDOW_MS = 4_000;
const NOISE_MS = 50;

let hub: TestHub;
let outside: Outside;
afterEach(async () => {
  await hub?.end();
  await Promise.all(Object.values(outside ?? {}).map((server) => server.close()));
});

async function startOutside(delayMs = 0): Promise<Outside> {
  const [receiver, slack, smtp] = await Promise.all([
    startReceiver(),
    startSlackServer({ delayMs }),
    startSmtpServer({ delayMs }),
  ]);
  return { receiver, slack, smtp };
}

async function create(kind: 'webhook' | 'slack' | 'email'): Promise<Place> {
  const found = DESTINATION_KINDS.find((each) => each.kind === kind) ?? expect.fail(kind);
  const place = found.place(outside);
  const settings = { name: 'Team', eventTypes: ['*'], ...place.settings };
  const path = `/v1/projects/${hub.project.projectId}${found.path}`;
  expect(await hub.call('POST', path, settings)).toMatchObject({ status: 201 });
  return place;
}

const uniqueOf = (place: Place) => new Set(place.taken());

describe.each(['slack', 'email'] as const)(
  'the connector of %s, killed with kill -9 in mid-delivery',
  (kind) => {
    it('loses nothing, and repeats at most what was in flight', async () => {
      outside = await startOutside(5);
      hub = await startHub({
        stack: runStack(),
        apps: APPS,
        env: {
          SLACK_API_URL: outside.slack.apiUrl,
          SLACK_BURST_WINDOW: '0s',
          SMTP_URL: outside.smtp.url,
          LOG_LEVEL: 'warn',
        },
      });
      const place = await create(kind);
      const events = sampleEvents(EVENTS);
      const publishing = publishAll(hub, events);
      const connector = hub.process(`${kind}-connector`);
      for (let kill = 1; kill <= KILLS; kill++) {
        const soFar = (EVENTS / (KILLS + 2)) * kill;
        await eventually(() => expect(uniqueOf(place).size).toBeGreaterThan(soFar), 60_000);
        await connector.kill('SIGKILL');
        expect(uniqueOf(place).size).toBeLessThan(EVENTS);
        await connector.start();
      }
      await publishing;
      await eventually(() => expect(uniqueOf(place).size).toBe(EVENTS), 60_000);
      await throughout(() => expect(uniqueOf(place).size).toBe(EVENTS), 500);
      expect([...uniqueOf(place)].toSorted()).toEqual(events.map(({ id }) => id).toSorted());
      expect(place.taken().length - EVENTS).toBeLessThanOrEqual(KILLS * IN_FLIGHT[kind]);
      if (kind !== 'email') return;
      // So that a mail program shows what came twice once.
      const ids = place.messages().map((text) => /^Message-ID: (\S+)/im.exec(text)?.[1]);
      expect(new Set(ids).size).toBe(EVENTS);
    }, 240_000);
  },
);

describe('Slack and the mail server', () => {
  it('that hang, then are away, delay no webhook and get everything once they are back', async () => {
    outside = await startOutside();
    hub = await startHub({
      stack: runStack(),
      env: {
        SLACK_API_URL: outside.slack.apiUrl,
        SLACK_BURST_WINDOW: '0s',
        SMTP_URL: outside.smtp.url,
        DELIVERY_TIMEOUT: '2s',
        RETRY_DELAYS: '2s,4s,8s,16s,32s',
        LOG_LEVEL: 'warn',
      },
    });
    const webhook = await create('webhook');
    const places = [await create('slack'), await create('email')];
    const publishedAt = new Map<string, number>();
    const make = () => {
      const event = sampleEvent();
      publishedAt.set(event.id, Date.now());
      return event;
    };
    const traffic = startTraffic(hub, 20, { batchMs: 5, make });
    await eventually(() => expect(webhook.taken().length).toBeGreaterThan(40));
    const before = await measure(publishedAt);

    for (const place of places) place.behave('is silent');
    const hanging = await measure(publishedAt);
    await Promise.all([outside.slack.close(), outside.smtp.close()]);
    const away = await measure(publishedAt);
    for (const place of places) place.behave('takes');
    const { slack, smtp } = outside;
    const [slackAgain, smtpAgain] = await Promise.all([
      startSlackServer({ port: Number(new URL(slack.apiUrl).port) }),
      startSmtpServer({ port: smtp.port }),
    ]);
    const after = await measure(publishedAt);
    const events = await traffic.stop();
    console.log(
      `99th percentiles of webhooks in ms: ${before} before, ${hanging} and ${away} beside them, ${after} after`,
    );
    const without = Math.max(before, after);
    for (const p99 of [hanging, away])
      expect(p99).toBeLessThanOrEqual(Math.max(without * 1.5, without + NOISE_MS));

    const wanted = events.map(({ id }) => id).toSorted();
    const inSlack = () =>
      [...slack.posts(), ...slackAgain.posts()].map(({ blocks }) => JSON.stringify(blocks));
    const inMails = () => [...smtp.mails, ...smtpAgain.mails].map(({ text }) => text);
    for (const messages of [inSlack, inMails])
      await eventually(() => {
        const all = messages().join('\n');
        expect(wanted.filter((id) => !all.includes(id))).toEqual([]);
      }, 90_000);
    await Promise.all([slackAgain.close(), smtpAgain.close()]);
  }, 240_000);

  /** 99th percentile of the ms from publishing to a webhook's receipt, of what is published in a window from now on. */
  async function measure(publishedAt: ReadonlyMap<string, number>): Promise<number> {
    const already = new Set(publishedAt.keys());
    await throughout(() => undefined, WINDOW_MS);
    const measured = new Set([...publishedAt.keys()].filter((id) => !already.has(id)));
    const arrived = () => outside.receiver.receipts().filter(({ eventId }) => measured.has(eventId));
    await eventually(() => expect(arrived()).toHaveLength(measured.size), 30_000);
    const times = arrived().map(({ eventId, atMs }) => atMs - (publishedAt.get(eventId) ?? 0));
    return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? NaN;
  }
});
