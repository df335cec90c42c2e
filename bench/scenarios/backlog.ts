import { setTimeout as delay } from 'node:timers/promises';
import { withHub, type Bench } from '../bench-context.ts';
import type { Child } from '../child/start-child.ts';
import { countDeliveries, type BenchHub } from '../hub/bench-hub.ts';
import { addDestinations, SHARED_SECRET } from '../hub/fill.ts';
import { nowUs } from '../measure/clock.ts';
import type { Published } from '../publish-all.ts';
import type { Receipts } from '../receiver-books.ts';
import { figure, type Result } from './result.ts';

const EVENTS = 100_000;
const WEBHOOKS = 10;
const FRESH_RATE = 50;
const FRESH_MOST = 60_000;
const PUBLISHING_TIMEOUT_MS = 180_000;
const DRAIN_TIMEOUT_MS = 300_000;

/** What is drained must not be disabled first, and what was tried in vain should not come back minutes later. */
const ENV = { AUTO_PAUSE_FAILURES: '1000', RETRY_DELAYS: '1s,2s,5s,10s,20s,30s,45s,60s' };

interface Drain {
  upUs: number;
  backlog: Receipts;
  /** Events of destinations that had been down, published while the backlog drained. */
  freshBehind: Receipts;
  /** Events of a destination without a backlog. */
  freshBeside: Receipts;
  published: Published;
}

/** 100,000 events to 10 destinations that are down; then they are up, while new events come in. */
export async function measureBacklog(bench: Bench, limit: number): Promise<Result> {
  const drain = await withHub(bench, { scenario: 'backlog', env: ENV }, async (hub, start) => {
    const url = `${bench.origin}/0`;
    const [down, beside] = [
      await addDestinations(hub.database, WEBHOOKS, url),
      await addDestinations(hub.database, 1, url),
    ];
    const loads = [
      await start('load-sdk:backlog'),
      await start('load-sdk:behind'),
      await start('load-sdk:beside'),
    ];
    const targets = [down, down, beside];
    for (const [index, load] of loads.entries()) await load.call('target', { projects: targets[index] });
    return drainBacklog(bench, hub, loads);
  });
  return toResult(drain, limit);
}

async function drainBacklog(bench: Bench, hub: BenchHub, loads: readonly Child[]): Promise<Drain> {
  const [backlogLoad, behindLoad, besideLoad] = loads as [Child, Child, Child];
  const count = bench.scaled(EVENTS, 1_000);
  const [backlog, behind, beside] = [bench.nextRun(), bench.nextRun(), bench.nextRun()];
  await expect(bench, backlog, count);
  await expect(bench, behind, FRESH_MOST);
  await expect(bench, beside, FRESH_MOST);
  await bench.receiver.call('answer', { status: 503 });
  try {
    const load = { run: backlog, count, concurrency: 1_000 };
    const published = await backlogLoad.call<Published>('publish', load, PUBLISHING_TIMEOUT_MS);
    bench.log(`backlog published in ${((published.endUs - published.startUs) / 1e6).toFixed(1)} s`);
    const since = performance.now();
    await awaitDeliveries(hub, published.published);
    bench.log(`and dispatched ${((performance.now() - since) / 1_000).toFixed(1)} s later`);
    await bench.receiver.call('answer', { status: 200 });
    const upUs = nowUs();
    const paced = { count: FRESH_MOST, concurrency: 1, rate: FRESH_RATE };
    const fresh = [
      behindLoad.call<Published>('publish', { ...paced, run: behind }, DRAIN_TIMEOUT_MS + 30_000),
      besideLoad.call<Published>('publish', { ...paced, run: beside }, DRAIN_TIMEOUT_MS + 30_000),
    ] as const;
    await bench.receiver.call(
      'done',
      { run: backlog, timeoutMs: DRAIN_TIMEOUT_MS },
      DRAIN_TIMEOUT_MS + 5_000,
    );
    await Promise.all([behindLoad.call('stop', null), besideLoad.call('stop', null)]);
    const [publishedBehind, publishedBeside] = await Promise.all(fresh);
    // The last of the fresh ones are still on their way; what takes longer than this is missing.
    await bench.receiver.call('done', { run: beside, timeoutMs: 5_000 });
    const report = (run: number, events: number) =>
      bench.receiver.call<Receipts>('report', { run, published: events });
    return {
      upUs,
      published,
      backlog: await report(backlog, published.published),
      freshBehind: await report(behind, publishedBehind.published),
      freshBeside: await report(beside, publishedBeside.published),
    };
  } finally {
    await bench.receiver.call('answer', { status: 200 });
  }
}

/** A backlog is one of deliveries, so all of them must be there before their destinations are up. */
async function awaitDeliveries(hub: BenchHub, count: number): Promise<void> {
  const deadline = Date.now() + PUBLISHING_TIMEOUT_MS;
  while ((await countDeliveries(hub.database)) < count) {
    if (Date.now() > deadline) throw new Error(`Not all of ${count} deliveries were dispatched in time`);
    await delay(250);
  }
}

async function expect(bench: Bench, run: number, count: number): Promise<void> {
  await bench.receiver.call('expect', { run, count, secrets: [SHARED_SECRET] });
}

function toResult(drain: Drain, limit: number): Result {
  const { upUs, backlog, freshBehind, freshBeside } = drain;
  const at = (share: number) => backlog.atShareUs.find((one) => one.share === share)?.us ?? Number.NaN;
  // Between these the drain is under way everywhere: the wait for the first probe and the last retry tell nothing of it.
  const rate = (backlog.received * 0.8) / ((at(0.9) - at(0.1)) / 1e6);
  const problems = [
    ...(backlog.missing === 0 ? [] : [`${backlog.missing} of the backlog missing`]),
    ...(backlog.duplicates === 0 ? [] : [`${backlog.duplicates} of the backlog repeated`]),
    ...(freshBeside.missing === 0 ? [] : [`${freshBeside.missing} fresh events missing`]),
  ];
  return {
    scenario: 'backlog',
    figures: [
      figure('drained', '/s', [rate]),
      figure('share of the limit', '', [rate / limit]),
      figure('first receipt after being up', 's', [(backlog.firstUs - upUs) / 1e6]),
      figure('99 % received after', 's', [(at(0.99) - upUs) / 1e6]),
      figure('all received after', 's', [(backlog.lastUs - upUs) / 1e6]),
      figure('fresh, no backlog: 99th percentile', 'ms', [freshBeside.latencyMs.p99], { most: 1_000 }),
      figure('fresh, behind a backlog: 99th percentile', 'ms', [freshBehind.latencyMs.p99]),
    ],
    problems,
    runs: [drain],
  };
}
