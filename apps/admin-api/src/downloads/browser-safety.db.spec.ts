import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { startApi, type Client, type TestApi } from '../../../../test/harness/admin-api.ts';

const HOSTILE = '<script>alert(document.cookie)</script>';
let api: TestApi;
let client: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  client = await api.addClient();
});
afterAll(() => api?.close());

/** An event and an attempt whose bodies a browser could take for a page. */
async function addHostile() {
  const [eventId, deliveryId, at, bytes] = [randomUUID(), randomUUID(), new Date(), Buffer.from(HOSTILE)];
  const { tenantId, projectId } = client;
  await api.test.database.run(sql`
    insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
    values (${eventId}, ${at}, ${tenantId}, ${projectId}, 'webhook.test', ${at}, ${bytes})`);
  await api.test.database.run(sql`
    insert into attempts (delivery_id, number, started_at, event_id, event_type, tenant_id, project_id, destination_id,
      duration_ms, url, outcome, request_headers, response_headers, response_body, delivery_status)
    values (${deliveryId}, 1, ${at}, ${eventId}, 'webhook.test', ${tenantId}, ${projectId}, ${randomUUID()}, 1,
      'https://a.example', 'delivered', '{}', '{"content-type":"text/html"}', ${bytes}, 'success')`);
  return { eventId, deliveryId };
}

const download = (path: string) =>
  api.app.inject({
    url: `/v1/projects/${client.projectId}${path}`,
    headers: { authorization: `Bearer ${client.key}` },
  });

describe('a body to download', () => {
  it('is a file with a name of ours, whatever it holds', async () => {
    const { eventId, deliveryId } = await addHostile();
    const event = await download(`/events/${eventId}/body`);
    expect(event.body).toBe(HOSTILE);
    expect(event.headers).toMatchObject({
      'content-type': 'application/json',
      'content-disposition': `attachment; filename="event-${eventId}.json"`,
      'x-content-type-options': 'nosniff',
    });
    const response = await download(`/deliveries/${deliveryId}/attempts/1/response-body`);
    expect(response.body).toBe(HOSTILE);
    expect(response.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="response-${deliveryId}-1.bin"`,
      'x-content-type-options': 'nosniff',
    });
  });

  it('is none where there is no such event or attempt, or it is somebody else’s', async () => {
    const { eventId, deliveryId } = await addHostile();
    const stranger = await api.addClient();
    const paths = [`/events/${eventId}/body`, `/deliveries/${deliveryId}/attempts/1/response-body`];
    for (const path of paths) expect((await stranger.call('GET', path)).status).toBe(404);
    for (const number of ['2', '0', 'one', '1e3', '99999999999'])
      expect(
        (await client.call('GET', `/deliveries/${deliveryId}/attempts/${number}/response-body`)).status,
      ).toBe(404);
  });
});

describe('every answer', () => {
  it.each([
    ['of the API', '/v1/event-types'],
    ['to nobody', '/v1/me'],
    ['about what does not exist', '/v1/nothing'],
    ['of the documents', '/docs'],
    ['with the document itself', '/docs/openapi.json'],
    ['to a URL that is none', '/%zz'],
  ])('%s lets no other page frame it, read it or guess its type', async (_, url) => {
    const { headers } = await api.app.inject({ url, headers: { origin: 'https://evil.example' } });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*'unsafe/);
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('of the API is for now and for whoever asked', async () => {
    expect((await client.call('GET', '/webhooks')).headers).toMatchObject({ 'cache-control': 'no-store' });
  });

  it('with a document page needs no script within the page', async () => {
    const { body } = await api.app.inject('/docs');
    const scripts = [...body.matchAll(/<script\b([^>]*)>([^<]*)/g)];
    expect(scripts.length).toBeGreaterThan(0);
    for (const [, attributes, text] of scripts) {
      expect(attributes).toContain('src=');
      expect(text?.trim()).toBe('');
    }
    expect(body).not.toMatch(/\son\w+=/);
  });
});
