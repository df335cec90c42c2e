import { sql, type Database } from '#database';
import { withHub, type Bench } from '../bench-context.ts';
import type { BenchHub, Project } from '../hub/bench-hub.ts';
import { addHistory } from '../hub/fill.ts';
import { percentile } from '../measure/statistics.ts';
import { figure, type Result } from './result.ts';

const DELIVERIES = 1_000_000;
const WEBHOOKS = 10;
const REQUESTS = 100;
const GOAL = { most: 300 };

interface Page {
  name: string;
  /** Everything that the page asks for, at once, as a browser does. */
  paths: readonly string[];
}

/** Ids of what the pages show. */
interface Shown {
  webhookId: string;
  deliveryId: string;
  eventId: string;
}

/** How soon the data of each page of the dashboard are there with 1,000,000 deliveries in the database. */
export async function measurePages(bench: Bench): Promise<Result> {
  const pages = await withHub(
    bench,
    { scenario: 'pages', layout: [['ingest', 'admin-api']] },
    async (hub) => {
      const project = await hub.addProject();
      const shown = await fill(bench, hub, project);
      const times: { name: string; ms: number[] }[] = [];
      for (const { name, paths } of pagesOf(project, shown)) {
        const ms: number[] = [];
        for (let i = 0; i < REQUESTS; i++) ms.push(await load(hub.ingestUrl, project.key, paths));
        times.push({ name, ms });
      }
      return times;
    },
  );
  return {
    scenario: 'pages',
    figures: pages.map(({ name, ms }) =>
      figure(`${name}, 95th percentile`, 'ms', [percentile(ms, 0.95)], GOAL),
    ),
    problems: [],
    runs: pages.map(({ name, ms }) => ({ name, p50: percentile(ms, 0.5), p95: percentile(ms, 0.95) })),
  };
}

function pagesOf({ projectId }: Project, { webhookId, deliveryId, eventId }: Shown): Page[] {
  const at = `/v1/projects/${projectId}`;
  const day = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const page = (name: string, ...paths: string[]) => ({ name, paths: paths.map((path) => at + path) });
  return [
    page(
      'overview, a day',
      '/statistics?period=24h',
      '/webhook-health',
      '/events?limit=25',
      '/webhooks?limit=100',
    ),
    page('overview, 30 days', '/statistics?period=30d', '/webhook-health', '/events?limit=25'),
    page('webhooks', '/webhooks?limit=100', '/webhook-health'),
    page(
      'webhook',
      `/webhooks/${webhookId}`,
      `/webhooks/${webhookId}/statistics?period=7d`,
      `/webhooks/${webhookId}/deliveries?limit=25`,
    ),
    page('webhook, failed ones', `/webhooks/${webhookId}/deliveries?limit=25&status=failed`),
    page('deliveries', '/deliveries?limit=25'),
    page('deliveries of a type', '/deliveries?limit=25&type=experiment.exposure'),
    page('deliveries of a time', `/deliveries?limit=25&from=${day(2)}&to=${day(0.5)}`),
    page('deliveries of an event', `/deliveries?limit=25&eventId=${eventId}`),
    page('delivery', `/deliveries/${deliveryId}`, `/events/${eventId}`),
    page('events', '/events?limit=25'),
    page('events of a rare type', '/events?limit=25&type=usage.limit_reached'),
    page('event', `/events/${eventId}`, `/deliveries?limit=25&eventId=${eventId}`),
  ];
}

async function fill(bench: Bench, hub: BenchHub, project: Project): Promise<Shown> {
  let webhookId = '';
  for (let i = 0; i < WEBHOOKS; i++) {
    ({ id: webhookId } = await hub.addWebhook(project, `${bench.origin}/${i}`));
    await addHistory(hub.database, project, {
      destinationId: webhookId,
      rows: Math.round(bench.scaled(DELIVERIES, 10_000) / WEBHOOKS),
    });
  }
  await addTraffic(hub.database);
  const row = await hub.database.row<{ deliveryId: string; eventId: string }>(
    sql`select id as "deliveryId", event_id as "eventId" from deliveries where destination_id = ${webhookId} limit 1`,
  );
  if (row === undefined) throw new Error('There are no deliveries to show');
  return { webhookId, ...row };
}

/** What charts read: a step of each ten minutes and each hour of 30 days, for the project and each webhook of it. */
async function addTraffic(database: Database): Promise<void> {
  await database.run(sql`
    insert into traffic (tenant_id, project_id, destination_id, width_minutes, starts_at, events, deliveries, delivered,
      failed, to_10_ms)
    select o.tenant_id, o.project_id, o.destination_id, width, at, 100, 100, 98, 2, 100
    from (
      select distinct tenant_id, project_id, id as destination_id from destinations
      union select distinct tenant_id, project_id, '00000000-0000-0000-0000-000000000000'::uuid from destinations
    ) o
    cross join unnest('{10,60}'::integer[]) width
    cross join lateral generate_series(
      date_bin('1 hour', now(), 'epoch') - interval '30 days', now(), make_interval(mins => width)) at`);
  await database.run(sql`analyze`);
}

/** @returns ms until the last answer was there */
async function load(origin: string, key: string, paths: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    paths.map(async (path) => {
      const response = await fetch(origin + path, {
        headers: { authorization: `Bearer ${key}` },
        signal: AbortSignal.timeout(30_000),
      });
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    }),
  );
  return performance.now() - startedAt;
}
