import { randomUUID } from 'node:crypto';
import { sql } from '#database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, throughout } from '../harness/eventually.ts';
import { sampleEvents } from '../harness/events.ts';
import { startHub, type Project, type TestHub } from '../harness/hub.ts';
import { answer, startReceiver, type Receiver } from '../harness/receiver.ts';
import { runStack } from '../harness/run-stack.ts';
import { startSlackServer, type SlackServer } from '../harness/slack-server.ts';
import { startSmtpServer, type TestSmtpServer } from '../harness/smtp-server.ts';

let hub: TestHub;
let slack: SlackServer;
let smtp: TestSmtpServer;
let receiver: Receiver;

beforeAll(async () => {
  [slack, smtp, receiver] = await Promise.all([startSlackServer(), startSmtpServer(), startReceiver()]);
  const env = {
    SLACK_API_URL: slack.apiUrl,
    SMTP_URL: smtp.url,
    RETRY_DELAYS: '100ms,150ms,200ms,250ms',
    AUTO_PAUSE_PROBE_SPACING: '0s',
  };
  hub = await startHub({ stack: runStack(), env });
});
afterAll(async () => {
  await hub?.end();
  await Promise.all([slack?.close(), smtp?.close(), receiver?.close()]);
});

/** A project whose failures are told in a Slack channel, and to a contact. */
async function start(name: string) {
  const project = await hub.addProject();
  const call = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) =>
    hub.call<T>(method, `/v1/projects/${project.projectId}${path}`, body, project.key);
  const contact = `${name}@example.com`;
  expect(await call('PUT', '/contacts', { recipients: [contact] })).toMatchObject({ status: 200 });
  const eventTypes = ['webhook.*', 'delivery.*'];
  const team = { kind: 'slack', name, eventTypes, webhookUrl: slack.webhookUrl(name), rateLimit: null };
  expect(await call('POST', '/destinations', team)).toMatchObject({ status: 201 });
  const webhook = {
    name: 'Orders',
    url: receiver.url(`/${name}`),
    eventTypes: ['*', 'webhook.*', 'delivery.*'],
  };
  const { body } = await call<{ id: string }>('POST', '/webhooks', webhook);
  const told = () => slack.posts(name).map(({ text }) => text);
  // The whole of each, since quotation marks make a subject unreadable before it is decoded.
  const written = () => smtp.mails.filter(({ to }) => to.includes(contact)).map(({ text }) => text);
  return { project, call, id: body.id, told, written };
}

async function publish(project: Project, count: number): Promise<void> {
  const answer = await hub.call('POST', '/v1/events/batch', { events: sampleEvents(count) }, project.key);
  expect(answer.status).toBe(202);
}

describe('a webhook that fails', () => {
  it('is told of once at five failures, once when it is disabled, and once when it is back', async () => {
    const { project, call, id, told } = await start('orders');
    receiver.on('/orders', answer(500));
    await publish(project, 12);
    await eventually(async () => {
      expect((await call('GET', `/webhooks/${id}`)).body).toMatchObject({ enabled: false });
      expect(told()).toContain('Webhook “Orders” was disabled');
    });
    const about = (word: string) => told().filter((text) => text.includes(word));
    await throughout(() => expect([about('failing'), about('disabled')]).toHaveLength(2), 300);
    expect([about('is failing').length, about('was disabled').length]).toEqual([1, 1]);

    receiver.on('/orders', answer(200));
    await call('POST', `/webhooks/${id}/enable`);
    await publish(project, 2);
    await eventually(() => expect(about('works again')).toHaveLength(1));
    const seen = receiver.receipts('/orders').map(({ headers }) => headers['x-ttoolab-event-type']);
    expect(new Set(seen)).toEqual(new Set(['experiment.conversion']));
  });

  it('is told to the contacts by e-mail too, with what it answered and where to look', async () => {
    const { project, id, written } = await start('mailed');
    receiver.on('/mailed', answer(503));
    await publish(project, 12);
    await eventually(() => expect(written()).toContainEqual(expect.stringContaining('was disabled')));
    const mail = written().find((text) => text.includes('was disabled'));
    expect(mail).toContain('503: answered');
    expect(mail).toContain(`/projects/${project.projectId}/webhooks/${id}`);
  });
});

describe('a project that has named no contacts', () => {
  it('has the owners of its tenant told', async () => {
    const project = await hub.addProject();
    const [owner, id] = ['owner@example.com', randomUUID()];
    await hub.database.run(sql`
      insert into users (id, name, email, is_email_verified) values (${id}, 'Owner', ${owner}, true)`);
    await hub.database.run(sql`
      insert into members (tenant_id, user_id, role) values (${project.tenantId}, ${id}, 'owner')`);
    const call = (method: string, path: string, body: unknown) =>
      hub.call(method, `/v1/projects/${project.projectId}${path}`, body, project.key);
    await call('POST', '/webhooks', { name: 'Orders', url: receiver.url('/owned'), eventTypes: ['*'] });
    const contacts = await call('PUT', '/contacts', { recipients: [] });
    expect(contacts.body).toEqual({ recipients: [owner], areOwners: true });
    receiver.on('/owned', answer(500));
    await publish(project, 12);
    const mails = () => smtp.mails.filter(({ to }) => to.includes(owner)).map(({ text }) => text);
    await eventually(() => expect(mails()).toContainEqual(expect.stringContaining('was disabled')));
  });
});

describe('a delivery that has failed for good', () => {
  it('is told of, but one of news is not', async () => {
    const { project, told, written } = await start('exhausted');
    receiver.on('/exhausted', answer(400));
    slack.on('exhausted', (response) => void response.writeHead(400).end('invalid_blocks'));
    await publish(project, 1);
    const known = () => written().filter((text) => text.includes('failed for good'));
    await eventually(() => expect(known()).toHaveLength(1));
    await throughout(() => expect(known()).toHaveLength(1), 500);
    expect(told()).toEqual([]);
  });
});
