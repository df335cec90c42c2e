import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { startApi, type Client, type TestApi } from '../../../../test/harness/admin-api.ts';

const NIL = '00000000-0000-0000-0000-000000000000';

let api: TestApi;
let acme: Client;
let webhookId: string;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  acme = await api.addClient();
  const body = { name: 'Admin tool', url: 'https://example.com/hook', eventTypes: ['*'] };
  webhookId = (await acme.call('POST', '/webhooks', body)).body.id;
});
afterAll(() => api?.close());

async function addTraffic(destinationId: string, widthMinutes: number, minutesAgo: number): Promise<void> {
  await api.test.database.run(sql`
    insert into traffic (tenant_id, project_id, destination_id, width_minutes, starts_at, events, deliveries, delivered, failed,
      to_100_ms, to_500_ms)
    values (${acme.tenantId}, ${acme.projectId}, ${destinationId}, ${widthMinutes},
      date_bin(make_interval(mins => ${widthMinutes}), now() - make_interval(mins => ${minutesAgo}), 'epoch'),
      2, 3, 2, 1, 2, 1)`);
}

async function addDelivery(status: string, acceptedAt: Date): Promise<void> {
  await api.test.database.run(sql`
    insert into deliveries (id, event_id, destination_id, tenant_id, project_id, event_type, status, accepted_at)
    values (${randomUUID()}, ${randomUUID()}, ${webhookId}, ${acme.tenantId}, ${acme.projectId}, 'experiment.started',
      ${status}, ${acceptedAt})`);
}

function summed(series: unknown): [number, number] {
  const steps = series as { events: number; failed: number }[];
  return [
    steps.reduce((sum, { events }) => sum + events, 0),
    steps.reduce((sum, { failed }) => sum + failed, 0),
  ];
}

describe('statistics', () => {
  it('count a period from its own counts, and what waits and is held now', async () => {
    await Promise.all([addTraffic(NIL, 10, 0), addTraffic(NIL, 10, 300), addTraffic(NIL, 10, 3_000)]);
    await Promise.all([addTraffic(NIL, 60, 0), addTraffic(NIL, 60, 3_000), addTraffic(NIL, 60, 20_000)]);
    await addTraffic(webhookId, 10, 0);
    const oldest = new Date(Date.now() - 60_000);
    await addDelivery('pending', new Date());
    await addDelivery('retrying', oldest);
    await addDelivery('held', oldest);
    await addDelivery('success', new Date(0));

    const day = (await acme.call('GET', '/statistics')).body;
    expect(day).toMatchObject({
      period: '24h',
      total: { events: 4, deliveries: 6, delivered: 4, failed: 2, latency: { p50: 88 } },
      backlog: { waiting: 2, isCapped: false, oldestAt: oldest.toISOString() },
    });
    expect(summed(day.series)).toEqual([4, 2]);
    const week = (await acme.call('GET', '/statistics?period=7d')).body;
    expect([summed(week.series), (week.series as unknown[]).length]).toEqual([[4, 2], 42]);
    expect(summed((await acme.call('GET', '/statistics?period=30d')).body.series)).toEqual([6, 3]);
    expect((await acme.call('GET', `/webhooks/${webhookId}/statistics`)).body).toMatchObject({
      total: { delivered: 2, failed: 1 },
      backlog: { waiting: 2 },
      held: 1,
    });
  });

  it('are nobody else’s, and refuse a period that there is not', async () => {
    const other = await api.addClient();
    expect((await other.call('GET', '/statistics')).body).toMatchObject({
      total: { events: 0 },
      backlog: { waiting: 0, oldestAt: null },
    });
    expect((await other.call('GET', '/webhook-health')).body.items).toEqual([]);
    expect((await other.call('GET', `/webhooks/${webhookId}/statistics`)).status).toBe(404);
    expect(await acme.call('GET', '/statistics?period=1y')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'period' }] },
    });
  });
});

describe('the health of a webhook', () => {
  it('tells its failures in a row, the last failure in words, and 24 hours', async () => {
    await addTraffic(webhookId, 60, 0);
    await api.test.database.run(sql`
      insert into destination_health (destination_id, tenant_id, project_id, enabled_epoch, consecutive_failures, last_attempt_at,
        last_failure_at, last_failure_error)
      values (${webhookId}, ${acme.tenantId}, ${acme.projectId}, 1, 6, now(), now(), 'reset')`);
    const { pauseAfter, items } = (await acme.call('GET', '/webhook-health')).body;
    expect(pauseAfter).toBe(10);
    expect(items).toMatchObject([
      {
        webhookId,
        consecutiveFailures: 6,
        lastFailure: { status: null, error: 'The connection was closed before an answer came.' },
      },
    ]);
    const { hours } = items[0] as unknown as { hours: { delivered: number; failed: number }[] };
    expect([hours.length, hours.at(-1)]).toEqual([24, { delivered: 2, failed: 1 }]);
  });

  it('begins anew with its being enabled', async () => {
    await acme.call('POST', `/webhooks/${webhookId}/disable`);
    await acme.call('POST', `/webhooks/${webhookId}/enable`);
    expect((await acme.call('GET', '/webhook-health')).body.items).toMatchObject([
      { consecutiveFailures: 0 },
    ]);
  });

  it('is told of Slack destinations too', async () => {
    const slack = await acme.call('POST', '/destinations', {
      kind: 'slack',
      name: 'Launches',
      eventTypes: ['*'],
      webhookUrl: 'https://hooks.slack.com/services/T0HUB/B0HUB/launches',
    });
    await addTraffic(String(slack.body['id']), 60, 0);
    const { items } = (await acme.call('GET', '/webhook-health')).body as unknown as {
      items: { webhookId: string; hours: object[] }[];
    };
    const found = items.find((item) => item.webhookId === slack.body['id']);
    expect(found?.hours.at(-1)).toEqual({ delivered: 2, failed: 1 });
  });
});
