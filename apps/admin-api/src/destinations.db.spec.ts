import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { decryptSecret } from '#webhooks';
import { startApi, type Client, type TestApi } from '../../../test/harness/admin-api.ts';

const HOOK = 'https://hooks.slack.com/services/T0123/B0456/abcDEF123';
const TOKEN = 'xoxb-1234567890-abcdef';
const SLACK = { kind: 'slack', name: 'Team', eventTypes: ['experiment.*'] };
let api: TestApi;
let acme: Client;
let other: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  [acme, other] = [await api.addClient(), await api.addClient()];
});
afterAll(() => api?.close());

const create = async (settings: object) => (await acme.call('POST', '/destinations', settings)).body;
const lastOf = (key: string) => api.published.filter((record) => record.key === key).at(-1)?.value;
const secretOf = (id: string) => decryptSecret(lastOf(id)?.['secret'] as Buffer, api.masterKeys, id);
const configOf = (id: string) => JSON.parse(String(lastOf(id)?.['config'])) as unknown;

describe('a Slack destination', () => {
  it('is created with an incoming webhook that no answer shows, and announced', async () => {
    const answer = await acme.call('POST', '/destinations', { ...SLACK, webhookUrl: HOOK });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...SLACK,
        address: 'https://hooks.slack.com/services/T0123/B0456/…',
        settings: {},
        rateLimit: 1,
        enabled: true,
      },
    });
    const { id } = answer.body;
    expect(lastOf(id)).toMatchObject({ kind: 'slack', isEnabled: true, rateLimit: 1 });
    expect(secretOf(id)).toBe(HOOK);
    for (const path of ['/destinations', `/destinations/${id}`])
      expect((await acme.call('GET', path)).text).not.toContain('abcDEF123');
  });

  it('is created with a bot token and a channel, and changed to an incoming webhook', async () => {
    const { id } = await create({ ...SLACK, botToken: TOKEN, channel: '#launches', rateLimit: null });
    expect([secretOf(id), configOf(id)]).toEqual([TOKEN, { channel: '#launches' }]);
    const changed = await acme.call('PATCH', `/destinations/${id}`, { webhookUrl: HOOK, name: 'All' });
    expect(changed).toMatchObject({ status: 200, body: { name: 'All', settings: {}, rateLimit: null } });
    expect([secretOf(id), configOf(id)]).toEqual([HOOK, {}]);
    expect(changed.text).not.toContain('abcDEF123');
  });

  it('gets a digest, beside its channel, until it is taken out', async () => {
    const daily = { at: '08:00', timeZone: 'Europe/Berlin' };
    const { id } = await create({ ...SLACK, botToken: TOKEN, channel: '#launches', digest: { at: '07:15' } });
    expect(configOf(id)).toEqual({ channel: '#launches', digest: { at: '07:15', timeZone: 'UTC' } });
    const patch = async (change: object) =>
      (await acme.call('PATCH', `/destinations/${id}`, change)).body['settings'];
    expect(await patch({ digest: daily })).toEqual({ channel: '#launches', digest: daily });
    expect(await patch({ name: 'All' })).toEqual({ channel: '#launches', digest: daily });
    expect(await patch({ webhookUrl: HOOK })).toEqual({ digest: daily });
    expect(await patch({ digest: null })).toEqual({});
  });

  it('is disabled, enabled in a new epoch, and deleted', async () => {
    const { id } = await create({ ...SLACK, webhookUrl: HOOK });
    const post = (path: string) => acme.call('POST', `/destinations/${id}/${path}`);
    expect(await post('disable')).toMatchObject({ status: 200, body: { enabled: false } });
    expect(await post('enable')).toMatchObject({ status: 200, body: { enabled: true } });
    expect(lastOf(id)).toMatchObject({ enabledEpoch: 2 });
    expect((await acme.call('DELETE', `/destinations/${id}`)).status).toBe(204);
    expect(lastOf(id)).toBeNull();
    expect((await acme.call('GET', `/destinations/${id}`)).status).toBe(404);
  });

  it.each([
    [{}, 'webhookUrl', 'is required, or botToken with channel'],
    [{ webhookUrl: 'https://evil.example/services/T/B/x' }, 'webhookUrl', /incoming-webhook URL of Slack/],
    [{ webhookUrl: 'https://hooks.slack.com/services/T0123' }, 'webhookUrl', /the whole URL/],
    [{ webhookUrl: HOOK, channel: '#x' }, 'channel', /must not stand beside webhookUrl/],
    [{ webhookUrl: HOOK, botToken: TOKEN }, 'botToken', /must not stand beside webhookUrl/],
    [{ botToken: TOKEN }, 'channel', 'is required with botToken'],
    [{ channel: '#x' }, 'botToken', 'is required with channel'],
    [{ botToken: 'xoxp-1', channel: '#x' }, 'botToken', /bot token of Slack/],
    [{ botToken: TOKEN, channel: 'x y' }, 'channel', /a channel id/],
    [{ webhookUrl: HOOK, color: 'red' }, 'color', 'is not a known field'],
    [{ webhookUrl: HOOK, eventTypes: ['nope.*'] }, 'eventTypes[0]', /must match an event type/],
    [{ webhookUrl: HOOK, digest: { at: '24:00' } }, 'digest.at', 'must be a time of day such as 08:00'],
    [{ webhookUrl: HOOK, digest: { at: '08:00', timeZone: '+02:00' } }, 'digest.timeZone', /IANA/],
    [{ webhookUrl: HOOK, digest: '08:00' }, 'digest', /./],
    [{ webhookUrl: HOOK, kind: 'webhook' }, 'kind', /must be one of/],
    [{ webhookUrl: HOOK, name: '' }, 'name', /at least 1 character/],
  ])('%j is refused, naming %s', async (fields, field, rule) => {
    const { status, body } = await acme.call('POST', '/destinations', { ...SLACK, ...fields });
    expect(status).toBe(400);
    expect(body['errors']).toContainEqual({
      field,
      rule: typeof rule === 'string' ? rule : expect.stringMatching(rule),
    });
    expect(JSON.stringify(body)).not.toContain(TOKEN);
  });

  it('is changed only by what changes something', async () => {
    const { id } = await create({ ...SLACK, webhookUrl: HOOK });
    for (const change of [{}, { kind: 'email' }, { botToken: TOKEN }])
      expect((await acme.call('PATCH', `/destinations/${id}`, change)).status).toBe(400);
    expect(lastOf(id)).toMatchObject({ version: 1 });
  });
});

describe('destinations', () => {
  it('are listed with the webhooks of the project, or by kind', async () => {
    const client = await api.addClient();
    const webhook = await client.call('POST', '/webhooks', {
      ...{ name: 'Orders', url: 'https://example.com/hook', eventTypes: ['*'] },
    });
    const slack = await client.call('POST', '/destinations', { ...SLACK, webhookUrl: HOOK });
    const ids = async (query = '') =>
      (await client.call('GET', `/destinations${query}`)).body.items.map(({ id }) => id);
    expect(await ids()).toEqual([slack.body.id, webhook.body.id]);
    expect(await ids('?kind=slack')).toEqual([slack.body.id]);
    expect((await client.call('GET', '/destinations?kind=fax')).status).toBe(400);
    expect((await client.call('GET', `/destinations/${webhook.body.id}`)).body).toMatchObject({
      kind: 'webhook',
      address: 'https://example.com/hook',
    });
    const change = await client.call('PATCH', `/destinations/${webhook.body.id}`, { name: 'x' });
    expect(change).toMatchObject({ status: 409, body: { detail: expect.stringContaining('webhook') } });
  });

  it('of another project are as if they did not exist', async () => {
    const { id } = await create({ ...SLACK, webhookUrl: HOOK });
    for (const each of [id, randomUUID(), 'nonsense']) {
      for (const [method, path] of [
        ['GET', ''],
        ['PATCH', ''],
        ['DELETE', ''],
        ['POST', '/enable'],
        ['POST', '/disable'],
        ['POST', '/test'],
        ['GET', '/deliveries'],
      ] as const) {
        const body = method === 'PATCH' ? { name: 'mine' } : undefined;
        const answer = await other.call(method, `/destinations/${each}${path}`, body);
        expect([path, answer.status]).toEqual([path, 404]);
      }
    }
    expect((await acme.call('GET', `/destinations/${id}`)).body).toMatchObject({
      name: 'Team',
      enabled: true,
    });
  });
});
