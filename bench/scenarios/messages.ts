import { setTimeout as delay } from 'node:timers/promises';
import { withHub, type Bench } from '../bench-context.ts';
import { startOwn, type Child } from '../child/start-child.ts';
import type { MessageAddresses, MessageCounts } from '../message-servers.ts';
import { measureRun, type Run } from './measure-run.ts';
import { figure, problemsOf, type Result } from './result.ts';
import { prepare } from './throughput.ts';

const RATE = 50;
const SECONDS = 20;
const WARM_UP_SECONDS = 3;
const BURST = 3_000;
const RUN_TIMEOUT_MS = 180_000;
const LAYOUT = [
  ['ingest'],
  ['dispatcher', 'webhook-worker', 'recorder', 'admin-api'],
  ['slack-connector', 'email-connector'],
];

/** A burst that went to a webhook, to Slack and to a mailbox. */
interface Burst {
  run: Run;
  /** Messages a second, from the first publication to the last message. */
  slack: number;
  email: number;
}

/** Webhooks alone and beside Slack and e-mail at a steady rate; then as many messages as their servers take. */
export async function measureMessages(bench: Bench): Promise<Result> {
  const servers = await startOwn('message-servers', bench.stack.dataDir);
  try {
    return await measureWith(bench, servers, await servers.call<MessageAddresses>('addresses', null));
  } finally {
    await servers.stop();
  }
}

async function measureWith(bench: Bench, servers: Child, addresses: MessageAddresses): Promise<Result> {
  const env = {
    SLACK_API_URL: addresses.slackApiUrl,
    SLACK_BURST_WINDOW: '0s',
    SMTP_URL: addresses.smtpUrl,
  };
  const wishes = { scenario: 'messages', layout: LAYOUT, env };
  const { alone, beside, bursts } = await withHub(bench, wishes, async (hub, start) => {
    const { load, secrets, project } = await prepare(
      bench,
      hub,
      { webhooks: 1, generator: 'load-http' },
      start,
    );
    const parts = { bench, hub, load, secrets, timeoutMs: RUN_TIMEOUT_MS };
    const steady = (seconds: number) =>
      measureRun(parts, { rate: RATE, count: Math.round(seconds * RATE), concurrency: 1 });
    await steady(WARM_UP_SECONDS);
    const runs = Array.from({ length: bench.options.runs });
    const alone: Run[] = [];
    for (const _ of runs) alone.push(await steady(bench.scaled(SECONDS, 5)));
    const common = { name: 'Bench', eventTypes: ['*'], rateLimit: null };
    await hub.addDestination(project, { ...common, kind: 'slack', webhookUrl: addresses.slackHook });
    await hub.addDestination(project, { ...common, kind: 'email', recipients: ['bench@example.com'] });
    const beside: Run[] = [];
    for (const _ of runs) beside.push(await steady(bench.scaled(SECONDS, 5)));
    await settled(servers);
    const bursts: Burst[] = [];
    for (const _ of runs)
      bursts.push(
        await measureBurst(servers, () => measureRun(parts, { count: bench.scaled(BURST), concurrency: 16 })),
      );
    return { alone, beside, bursts };
  });
  const p99 = (runs: readonly Run[]) => runs.map(({ receipts }) => receipts.latencyMs.p99);
  return {
    scenario: 'messages',
    figures: [
      figure('99th percentile, webhooks alone', 'ms', p99(alone)),
      figure('99th percentile, beside messages', 'ms', p99(beside)),
      figure(
        'messages to Slack',
        '/s',
        bursts.map(({ slack }) => slack),
      ),
      figure(
        'e-mails',
        '/s',
        bursts.map(({ email }) => email),
      ),
    ],
    problems: problemsOf([...alone, ...beside, ...bursts.map(({ run }) => run)]),
    runs: [...alone, ...beside, ...bursts],
  };
}

async function measureBurst(servers: Child, publish: () => Promise<Run>): Promise<Burst> {
  const before = await servers.call<MessageCounts>('counts', null);
  const startedAt = performance.now();
  const publishing = publish();
  const secondsUntil = async (kind: keyof MessageCounts, count: Promise<number>) => {
    const wanted = before[kind] + (await count);
    for (const deadline = Date.now() + RUN_TIMEOUT_MS; Date.now() < deadline; await delay(20))
      if ((await servers.call<MessageCounts>('counts', null))[kind] >= wanted)
        return (performance.now() - startedAt) / 1_000;
    throw new Error(`Not all of ${wanted} messages of kind ${kind} arrived in time`);
  };
  const count = publishing.then(({ receipts }) => receipts.received);
  const [run, slack, email] = await Promise.all([
    publishing,
    secondsUntil('slack', count),
    secondsUntil('email', count),
  ]);
  return { run, slack: run.receipts.received / slack, email: run.receipts.received / email };
}

/** Waits until no more messages arrive. */
async function settled(servers: Child): Promise<void> {
  for (let before = -1; ; await delay(1_000)) {
    const { slack, email } = await servers.call<MessageCounts>('counts', null);
    if (slack + email === before) return;
    before = slack + email;
  }
}
