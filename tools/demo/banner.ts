import { paint } from './feed-line.ts';
import type { Sample } from './prepare-sample.ts';

/** What the banner says beside the addresses. */
export interface BannerFacts {
  retryDelays: readonly string[];
  rate: number;
  hasColour: boolean;
}

/** What a newcomer wants to know before the feed begins. */
export function banner(url: string, { projectId, apiKey }: Sample, facts: BannerFacts): string[] {
  const { retryDelays, rate } = facts;
  const strong = (text: string) => paint(facts, 'green', text);
  return [
    '',
    strong('The hub is running.'),
    `  API      ${url}`,
    `  docs     ${url}/docs`,
    `  key      ${apiKey}   (sample project ${projectId})`,
    '',
    'Two webhooks lead to a receiver on this machine that verifies both signatures of every request:',
    '  Admin tool   takes every event',
    '  Flaky CRM    takes experiment.* and ces.*, and answers 500 now and then',
    `A simulated shop publishes ${rate} events a second. Retries come after ${retryDelays.join(', ')}: shortened for the demo, by`,
    'default they come after 1m, 5m, 15m, 1h.',
    '',
    'To try in another terminal:',
    `  curl ${url}/v1/projects/${projectId}/webhooks \\`,
    `    -H 'authorization: Bearer ${apiKey}'`,
    `  curl ${url}/v1/events -H 'authorization: Bearer ${apiKey}' \\`,
    `    -H 'content-type: application/json' -d '${EXAMPLE}'`,
    '',
    'Ctrl-C stops everything; the data stay.',
    '',
  ];
}

const EXAMPLE = JSON.stringify({
  type: 'billing.plan_changed',
  data: {
    previousPlanKey: 'starter',
    planKey: 'growth',
    changedAt: '2025-06-09T12:00:00.000Z',
    effectiveAt: '2025-07-01T00:00:00.000Z',
  },
});
