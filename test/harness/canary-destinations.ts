import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { expectAnswer, type CanaryHub } from './canary-hub.ts';
import type { CanaryTenant } from './canary-people.ts';
import { eventually } from './eventually.ts';
import { sampleEvent } from './events.ts';
import { answer } from './receiver.ts';
import { slackError } from './slack-server.ts';

/** Those who may see a webhook see where it leads; it stands where its destination does. */
const URL_PLACES =
  /^request$|^column public\.(destinations\.url|outbox\.value)$|^topic hub\.destinations$|^answer 2\d\d \w+ \S+\/(webhooks|destinations)\b(?!.*deliveries)/;
const TYPE = 'experiment.started';

/** Destinations of every kind, one for each end that a delivery can have. */
export async function addDestinations(
  canaries: CanaryHub,
  { projectId }: CanaryTenant,
): Promise<Record<string, string>> {
  const { plant, receiver, slack, smtp } = canaries;
  const project = `/v1/projects/${projectId}`;
  receiver.on('/refuses', answer(500));
  receiver.on('/hangs', () => undefined);
  receiver.on('/moves', answer(302, { location: 'http://127.0.0.1:1/' }));
  slack.on('broken', slackError(404, 'no_service'));
  const made: Record<string, string> = {};
  const header = plant('the value of a header', undefined, /^request$/);
  const closed = 'http://127.0.0.1:1/';
  const urls = {
    takes: receiver.url('/takes'),
    refuses: receiver.url('/refuses'),
    hangs: receiver.url('/hangs'),
    moves: receiver.url('/moves'),
    gone: closed,
    unknown: 'http://receiver.invalid/',
    untrusted: receiver.url('/tls').replace('http:', 'https:'),
  };
  for (const [name, url] of Object.entries(urls)) {
    const query = plant(`the query of ${name}`, undefined, URL_PLACES);
    const { json } = await expectAnswer(
      canaries,
      201,
      'POST',
      `${project}/webhooks`,
      {
        name,
        url: `${url}?key=${query}`,
        eventTypes: [TYPE],
        headers: { 'X-Key': header, Authorization: header },
      },
      { isShowing: true },
    );
    plant(`the secret of ${name}`, String(json['secret']));
    made[name] = String(json['id']);
  }
  const hook = slack.webhookUrl(plant('the Slack URL', randomBytes(12).toString('hex')));
  const token = canaries.planted.find(({ name }) => name === 'the bot token')?.value;
  const others = {
    slack: { kind: 'slack', webhookUrl: hook },
    'broken slack': { kind: 'slack', webhookUrl: slack.webhookUrl('broken') },
    bot: { kind: 'slack', botToken: token, channel: '#nowhere' },
    'wrong bot': { kind: 'slack', botToken: plant('a wrong token', `xoxb-${header}`), channel: '#nowhere' },
    email: { kind: 'email', recipients: ['team@example.com'] },
  };
  for (const [name, settings] of Object.entries(others)) {
    const body = { name, eventTypes: [TYPE], ...settings };
    const { json } = await expectAnswer(canaries, 201, 'POST', `${project}/destinations`, body);
    made[name] = String(json['id']);
  }
  expect(smtp.mails.length).toBeGreaterThan(0);
  return made;
}

/** Publishes an event and waits until each destination has had its end. */
export async function deliver(
  canaries: CanaryHub,
  { projectId }: CanaryTenant,
  destinations: number,
): Promise<string> {
  const event = sampleEvent(TYPE);
  await expectAnswer(canaries, 202, 'POST', '/v1/events', event);
  const { database } = canaries.hub;
  await eventually(async () => {
    const rows = await database.rows<{ status: string }>({
      text: 'select status from deliveries where event_id = $1 and project_id = $2',
      values: [event.id, projectId],
    });
    expect(rows).toHaveLength(destinations);
    expect(rows.filter(({ status }) => status !== 'success' && status !== 'failed')).toEqual([]);
  }, 60_000);
  return event.id;
}

/** Everything that can be done to destinations and deliveries once they are there. */
export async function useDestinations(
  canaries: CanaryHub,
  { projectId }: CanaryTenant,
  made: Record<string, string>,
): Promise<void> {
  const { plant } = canaries;
  const at = (name: string) => `/v1/projects/${projectId}/destinations/${made[name]}`;
  const hook = `/v1/projects/${projectId}/webhooks/${made['takes']}`;
  for (const name of Object.keys(made)) await expectAnswer(canaries, 200, 'POST', `${at(name)}/test`);
  for (const name of ['the rotated secret', 'the secret rotated again']) {
    const rotate = `${hook}/secret/rotate`;
    const rotated = await expectAnswer(canaries, 200, 'POST', rotate, undefined, { isShowing: true });
    plant(name, String(rotated.json['secret']));
    await expectAnswer(canaries, 200, 'POST', `${hook}/test`);
  }
  await expectAnswer(canaries, 200, 'POST', `${hook}/secret/promote`);
  await expectAnswer(canaries, 409, 'POST', `${hook}/secret/promote`);
  const header = plant('the second value of a header', undefined, /^request$/);
  await expectAnswer(canaries, 200, 'PATCH', hook, { headers: { 'x-key': header, authorization: null } });
  const query = plant('the second query', undefined, URL_PLACES);
  await expectAnswer(canaries, 200, 'PATCH', hook, {
    url: `${canaries.receiver.url('/takes')}?key=${query}`,
  });
  await expectAnswer(canaries, 200, 'POST', `${hook}/disable`);
  await expectAnswer(canaries, 200, 'POST', `${hook}/enable`);
  const { json } = await expectAnswer(
    canaries,
    200,
    'GET',
    `/v1/projects/${projectId}/webhooks/${made['refuses']}/deliveries`,
  );
  for (const { id } of json['items'] as { id: string }[])
    await canaries.ask('POST', `/v1/projects/${projectId}/deliveries/${id}/redeliver`);
  await expectAnswer(canaries, 202, 'POST', `/v1/projects/${projectId}/erasures`, {
    anonymousId: '0197b2a0-6b3c-7d29-84f5-1e2d3c4b5a06',
  });
}
