import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Demonstration, RunningHub } from '../stack/run-hub.ts';
import { choosePorts } from '../stack/ports.ts';
import { StackError } from '../stack/stack-error.ts';
import { waitUntil } from '../stack/wait.ts';
import { banner } from './banner.ts';
import { startChild, type Child } from './child.ts';
import { LiveFeed } from './live-feed.ts';
import { prepareSignIn, type SampleAccount } from './prepare-sign-in.ts';
import { loadSample, prepareSample, type Sample } from './prepare-sample.ts';
import type { ReceiverReport, ReceiverSecrets } from './sample-receiver.ts';
import { paint, type FeedStyle } from './feed-line.ts';
import { Messages } from './messages.ts';
import { askWarehouse, warehouseLine } from './warehouse-line.ts';
import { SIMULATOR, SIMULATOR_OPTIONS } from './simulator.ts';

/** Short, so that retries can be watched; the hub's own default is 1m,5m,15m,1h. */
const RETRY_DELAYS = '5s,15s,30s,1m';
const RATE = 5;
const STATUS_EVERY_MS = 10_000;
const READY_TIMEOUT_MS = 60_000;
const WEBHOOKS = [
  { name: 'Admin tool', path: '/admin-tool', eventTypes: ['*'] },
  { name: 'Flaky CRM', path: '/flaky-crm', eventTypes: ['experiment.*', 'ces.*'] },
];

/** A sample tenant with two webhooks, a receiver that verifies, the simulator, and a feed of what happens. */
export function createDemonstration(print: (line: string) => void): Demonstration {
  const names = new Map<string, string>();
  const style = { ...ownStyle(), names };
  const feed = new LiveFeed(style, print);
  const messages = new Messages(style, print);
  let [receiver, simulator, timer]: [Child?, Child?, NodeJS.Timeout?] = [];
  let account: SampleAccount | undefined;
  let isStopping = false;
  return {
    env: { RETRY_DELAYS, LOG_PRETTY: 'false' },
    read: (line) => feed.read(line),
    async prepare(env, dataDir) {
      account = await prepareSignIn(env, join(dataDir, 'account.json'));
      return messages.prepare(dataDir);
    },
    async start(hub) {
      const kept = join(hub.dataDir, 'sample.json');
      // Where it listened the last time: retries of that run may be due.
      const { receiver: port } = await choosePorts(hub.dataDir, ['receiver'], {});
      receiver = startReceiver(hub, port ?? 0);
      tellSecrets(receiver, loadSample(kept)?.secrets ?? {});
      await listening(receiver, feed);
      await ready(hub.url);
      const { sample, webhooks } = await prepareSample(hub, kept, targetsAt(port ?? 0));
      const others = await messages.connect(hub.url, sample);
      for (const { id, name } of [...webhooks, ...others]) names.set(id, name);
      tellSecrets(receiver, sample.secrets);
      if (isStopping) return;
      for (const line of banner(hub, sample, { ...style, rate: RATE, account })) print(line);
      feed.begin();
      simulator = startSimulator(hub, sample, feed);
      timer = setInterval(() => {
        print(feed.status());
        void showWarehouse(hub, sample, (line) => !isStopping && print(paint(style, 'dim', line)));
      }, STATUS_EVERY_MS);
    },
    async quiet() {
      isStopping = true;
      clearInterval(timer);
      print('stopping…');
      await simulator?.stop();
    },
    async stop() {
      clearInterval(timer);
      feed.tellEarlyWarnings();
      await Promise.all([simulator?.stop(), receiver?.stop(), messages.close()]);
      if (timer !== undefined) print(feed.status());
    },
  };
}

function ownStyle(): Omit<FeedStyle, 'names'> {
  const retryDelays = (process.env['RETRY_DELAYS'] ?? RETRY_DELAYS).split(',').map((delay) => delay.trim());
  return { hasColour: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined, retryDelays };
}

const targetsAt = (port: number) =>
  WEBHOOKS.map(({ path, ...webhook }) => ({ ...webhook, url: `http://127.0.0.1:${port}${path}` }));

async function showWarehouse(
  { url }: RunningHub,
  sample: Sample,
  print: (line: string) => void,
): Promise<void> {
  const line = warehouseLine(await askWarehouse(url, sample));
  if (line !== undefined) print(line);
}

function startReceiver({ env, dataDir }: RunningHub, port: number): Child {
  const file = 'tools/demo/sample-receiver.ts';
  return startChild({
    name: 'receiver',
    file,
    nodeOptions: ['--conditions=source'],
    args: [String(port)],
    env,
    dataDir,
  });
}

/** Resolves when the receiver listens; its reports go to the feed. */
function listening({ process: child }: Child, feed: LiveFeed): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the sample receiver ended before it listened')));
    child.on('message', (report: ReceiverReport) => {
      if (report.kind === 'listening') resolve();
      else feed.received(report.isVerified);
    });
  });
}

function tellSecrets(receiver: Child, secrets: Sample['secrets']): void {
  const byPath = WEBHOOKS.map(({ name, path }) => [path, secrets[name] ?? '']);
  receiver.process.send({ secrets: Object.fromEntries(byPath) } satisfies ReceiverSecrets);
}

function startSimulator({ env, dataDir }: RunningHub, sample: Sample, feed: LiveFeed): Child {
  const { tenantId, projectId } = sample;
  const args = ['--rate', String(RATE), '--progress', '1', '--tenant', tenantId, '--project', projectId];
  const child = startChild({
    ...{ name: 'simulator', file: SIMULATOR, nodeOptions: SIMULATOR_OPTIONS, args },
    ...{ env, dataDir },
  });
  if (child.process.stdout) {
    createInterface({ input: child.process.stdout }).on('line', (line) => feed.read(line));
  }
  return child;
}

async function ready(url: string): Promise<void> {
  const isReady = () =>
    fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  if (await waitUntil(isReady, READY_TIMEOUT_MS, 200)) return;
  throw new StackError(`The hub was not ready after ${READY_TIMEOUT_MS / 1_000} s: see the lines above.`);
}
