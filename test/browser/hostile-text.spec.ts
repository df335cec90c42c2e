import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { sql } from '#database';
import { useBrowser } from '../harness/browser.ts';
import { openDashboard } from '../harness/dashboard.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow } from '../harness/flow.ts';

const flow = useFlow({ RETRY_DELAYS: '100ms,150ms', AUTO_PAUSE_PROBE_SPACING: '0s' });
const browser = useBrowser();

/** Would set a mark in the page wherever it is taken for markup, for an attribute's value or for an address. */
const markup = (where: string) => {
  const take = `window.taken='${where}'`;
  return `${where}<img src=/x onerror=${take}>"><script>${take}</script><a href="javascript:${take}">x</a>`;
};

it('text of tenants and of receivers is never taken for markup, on any page', async () => {
  const shop = await flow.shop();
  await flow.hub.database.run(
    sql`update projects set name = ${markup('project')} where id = ${shop.projectId}`,
  );
  await flow.hub.database.run(sql`update tenants set name = ${markup('tenant')} where id = ${shop.tenantId}`);
  const webhook = await shop.webhook('/hostile', { name: markup('webhook') });
  flow.receiver.on('/hostile', (response) => {
    response.writeHead(400, markup('status').replaceAll(/[^ -~]/g, ''), {
      'content-type': 'text/html',
      'x-hostile': markup('header'),
    });
    response.end(`<!doctype html>${markup('body')}`);
  });
  const slack = await shop.call<{ id: string }>('POST', '/destinations', {
    kind: 'slack',
    name: markup('slack'),
    eventTypes: ['usage.*'],
    webhookUrl: 'https://hooks.slack.com/services/T0HUB/B0HUB/hostile',
  });
  const event = await shop.publish(
    sampleEvent('ces.response_created', {
      comment: markup('comment'),
      url: `javascript:window.taken='url'`,
    }),
  );
  const delivery = await shop.settled(webhook.id, event.id, 'failed');

  const { page, complaints } = await openDashboard({ flow, browser, shop });
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const shown = {
    '': 'webhook',
    '/webhooks': 'webhook',
    [`/webhooks/${webhook.id}`]: 'webhook',
    [`/webhooks/${webhook.id}/test`]: 'webhook',
    [`/webhooks/${webhook.id}/settings`]: 'webhook',
    '/deliveries': 'webhook',
    [`/deliveries/${delivery.id}`]: 'body',
    '/events': 'project',
    [`/events/${event.id}`]: 'comment',
    '/event-types': 'project',
    [`/destinations/${slack.body.id}`]: 'slack',
    '/api-keys': 'project',
    [`/tenants/${shop.tenantId}`]: 'project',
    [`/tenants/${shop.tenantId}/members`]: 'tenant',
    [`/tenants/${shop.tenantId}/audit-log`]: 'webhook',
  };
  for (const [path, where] of Object.entries(shown)) {
    const above = path.startsWith('/tenants') ? '' : `/projects/${shop.projectId}`;
    await page.goto(`${flow.url}${above}${path}`);
    // It is there to be read, as text.
    await page.getByText(`${where}<img src=/x`).first().waitFor();
    await expectUntaken(page, path);
  }
  expect(dialogs).toEqual([]);
  expect(complaints).toEqual([]);
});

async function expectUntaken(page: Page, path: string): Promise<void> {
  const found = {
    taken: await page.evaluate<unknown>('globalThis.taken ?? null'),
    images: await page.locator('img[src="/x"]').count(),
    links: await page.locator('a[href^="javascript:"]').count(),
  };
  expect({ path, ...found }).toEqual({ path, taken: null, images: 0, links: 0 });
}
