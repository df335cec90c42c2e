import type { RunningHub } from '../stack/run-hub.ts';
import { paint } from './feed-line.ts';
import type { Sample } from './prepare-sample.ts';
import type { SampleAccount } from './prepare-sign-in.ts';

/** What the banner says beside the addresses. */
export interface BannerFacts {
  retryDelays: readonly string[];
  rate: number;
  hasColour: boolean;
  account: SampleAccount | undefined;
}

/** What a newcomer wants to know before the feed begins. */
export function banner(
  { url, env }: RunningHub,
  { tenantId, projectId, apiKey }: Sample,
  facts: BannerFacts,
): string[] {
  const { retryDelays, rate } = facts;
  const strong = (text: string) => paint(facts, 'green', text);
  return [
    '',
    strong('The hub is running.'),
    `  dashboard  ${url}   as ${facts.account?.email}, password ${facts.account?.password}`,
    `  API        ${url}/v1`,
    `  API docs   ${url}/docs`,
    `  API key    ${apiKey}   (sample project ${projectId})`,
    '',
    'Two webhooks lead to a receiver on this machine, which verifies both signatures of every request:',
    '  Admin tool   takes every event',
    '  Flaky CRM    takes experiment.* and ces.*, is slow at times and answers 500 now and then',
    'Two more destinations lead to stand-ins on this machine, whose messages are shown as they arrive:',
    '  Team chat     posts to Slack what starts, wins, ends or fails',
    '  Product mail  writes e-mails of winners, limits and plans, kept in .hub/demo/mails',
    `A simulated shop publishes ${rate} events a second. Retries come after ${retryDelays.join(', ')}`,
    'instead of 1m, 5m, 15m, 1h, so that they can be watched. A deployed hub refuses webhooks to its own machine.',
    '',
    'Answered surveys are rows of a warehouse some seconds later, for as long as you like:',
    '  npm run sink -- query "select * from ces_by_week"',
    '',
    'To try in another terminal: the webhooks, an event of your own, and more traffic:',
    `  curl ${url}/v1/projects/${projectId}/webhooks \\`,
    `    -H 'authorization: Bearer ${apiKey}'`,
    `  curl ${url}/v1/events -H 'authorization: Bearer ${apiKey}' \\`,
    `    -H 'content-type: application/json' -d '${EXAMPLE}'`,
    `  KAFKA_BROKERS=${env['KAFKA_BROKERS']} SCHEMA_REGISTRY_URL=${env['SCHEMA_REGISTRY_URL']} \\`,
    `    npm run simulate -- --rate 50 --seconds 10 --tenant ${tenantId} --project ${projectId}`,
    '',
    'Ctrl-C stops everything; the data stay.',
    '',
  ];
}

const EXAMPLE = JSON.stringify({
  type: 'feature_flag.updated',
  data: { flagId: 'f-1', flagKey: 'my-flag', name: 'My flag', status: 'running', variants: [] },
});
