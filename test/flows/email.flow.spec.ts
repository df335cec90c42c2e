import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import type { ListedDelivery, ShownDelivery } from '../harness/flow.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { runStack } from '../harness/run-stack.ts';
import { startSmtpServer, type ReceivedMail, type TestSmtpServer } from '../harness/smtp-server.ts';

let hub: TestHub;
let smtp: TestSmtpServer;

beforeAll(async () => {
  smtp = await startSmtpServer();
  const env = {
    SMTP_URL: smtp.url,
    MAIL_FROM: 'Hub <hub@example.com>',
    PUBLIC_URL: 'https://hub.example.com/',
    RETRY_DELAYS: '100ms,150ms',
  };
  hub = await startHub({ stack: runStack(), env });
});
afterAll(async () => {
  await hub?.end();
  await smtp?.close();
});

const at = (path: string) => `/v1/projects/${hub.project.projectId}${path}`;
const mailsTo = (recipient: string) => smtp.mails.filter(({ to }) => to.includes(recipient));

async function create(...recipients: string[]): Promise<string> {
  const body = { kind: 'email', name: 'Team', eventTypes: ['ces.*'], recipients };
  const answer = await hub.call<{ id: string }>('POST', at('/destinations'), body);
  expect(answer).toMatchObject({ status: 201 });
  return answer.body.id;
}

async function publish(data: Record<string, unknown> = {}): Promise<string> {
  const event = sampleEvent('ces.response_created', data);
  expect((await hub.call('POST', '/v1/events', event)).status).toBe(202);
  return event.id;
}

async function settled(id: string, eventId: string): Promise<ShownDelivery> {
  const found = await eventually(async () => {
    const path = at(`/destinations/${id}/deliveries?eventId=${eventId}`);
    const { body } = await hub.call<{ items: ListedDelivery[] }>('GET', path);
    expect(['success', 'failed']).toContain(body.items[0]?.status);
    return body.items[0] as ListedDelivery;
  });
  return (await hub.call<ShownDelivery>('GET', at(`/deliveries/${found.id}`))).body;
}

/** A header of a message, its lines put together. */
const headerOf = (text: string, name: string) =>
  new RegExp(`^${name}:(.*(?:\\r?\\n[ \\t].*)*)`, 'im').exec(text)?.[1]?.replaceAll(/\s+/g, ' ').trim() ?? '';

describe('an event', () => {
  it('arrives as a message to each recipient, who sees no other', async () => {
    const id = await create('mira@example.com', 'noor@example.com');
    const eventId = await publish({ comment: '<b>so</b> easy' });
    const delivery = await settled(id, eventId);
    expect(delivery).toMatchObject({ status: 'success', attempts: 1, lastStatus: 250 });
    expect(mailsTo('noor@example.com')).toMatchObject([{ to: ['noor@example.com'] }]);
    const [{ to, text }] = mailsTo('mira@example.com') as [ReceivedMail];
    expect(to).toEqual(['mira@example.com']);
    expect(headerOf(text, 'Subject')).toBe('Effort score 6 of 7');
    expect(headerOf(text, 'Message-ID')).toMatch(
      new RegExp(`^<${delivery.id}\\.[0-9a-f]{12}@hub\\.example\\.com>$`),
    );
    expect(headerOf(text, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(text).toContain('&lt;b&gt;so&lt;/b&gt; easy');
    expect(text).toContain(`https://hub.example.com/projects/${hub.project.projectId}/events/${eventId}`);
  });

  it('refused for good is failed after one attempt, with the answer of the server', async () => {
    smtp.refuseWith = 550;
    const id = await create('gone@example.com');
    const delivery = await settled(id, await publish());
    smtp.refuseWith = undefined;
    expect(delivery).toMatchObject({
      status: 'failed',
      attempts: 1,
      lastStatus: 550,
      lastError: 'mail_refused',
    });
    expect(delivery.attemptList[0]?.responseBody.text).toMatch(/^gone@example\.com: 550/);
  });

  it('put off is sent again under the same Message-ID', async () => {
    smtp.on('later@example.com', 450, 1);
    const id = await create('later@example.com');
    const delivery = await settled(id, await publish());
    expect(delivery).toMatchObject({ status: 'success', attempts: 2 });
    expect(delivery.attemptList[0]).toMatchObject({ status: 450, errorClass: 'mail_deferred' });
    expect(mailsTo('later@example.com')).toHaveLength(1);
  });
});

describe('a recipient', () => {
  it('unsubscribes by the link, at once and for good', async () => {
    const id = await create('tired@example.com', 'keen@example.com');
    await settled(id, await publish());
    const link = headerOf(mailsTo('tired@example.com')[0]?.text ?? '', 'List-Unsubscribe').replaceAll(
      /[<>\s]/g,
      '',
    );
    const url = link.replace('https://hub.example.com', `http://127.0.0.1:${hub.env['HTTP_PORT']}`);
    const asked = await fetch(url);
    expect([asked.status, await asked.text()]).toEqual([200, expect.stringContaining('tired@example.com')]);
    expect((await hub.call('GET', at(`/destinations/${id}`))).body).toMatchObject({
      settings: { recipients: ['tired@example.com', 'keen@example.com'] },
    });
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    expect(answer.status).toBe(200);
    expect((await hub.call('GET', at(`/destinations/${id}`))).body).toMatchObject({
      enabled: true,
      address: 'keen@example.com',
      settings: { recipients: ['keen@example.com'], unsubscribed: ['tired@example.com'] },
    });
    await eventually(async () => {
      await settled(id, await publish());
      expect(mailsTo('keen@example.com').length).toBeGreaterThan(mailsTo('tired@example.com').length);
    });
    const again = await hub.call('PATCH', at(`/destinations/${id}`), {
      recipients: ['keen@example.com', 'Tired@example.com'],
    });
    expect(again).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'recipients[1]', rule: 'has unsubscribed' }] },
    });
    expect((await fetch(`${url.slice(0, -2)}xx`, { method: 'POST' })).status).toBe(404);
  });
});
