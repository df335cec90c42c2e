import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { startApi, type Client, type TestApi } from '../../../test/harness/admin-api.ts';

const HOOK = 'https://hooks.slack.com/services/T0123/B0456/abcDEF123';
const ORDERS = { name: 'Orders', url: 'https://example.com/hook', eventTypes: ['experiment.conversion'] };
const SLACK = { kind: 'slack', name: 'Team', eventTypes: ['experiment.conversion'], webhookUrl: HOOK };
const EMAIL = {
  kind: 'email',
  name: 'Ops',
  eventTypes: ['experiment.conversion'],
  recipients: ['a@b.example'],
};
const filter = 'data.revenue > 100';
let api: TestApi;
let acme: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  acme = await api.addClient();
});
afterAll(() => api?.close());

const lastOf = (key: string) => api.published.filter((record) => record.key === key).at(-1)?.value;

describe.each([
  ['a webhook', '/webhooks', ORDERS],
  ['a Slack destination', '/destinations', SLACK],
  ['an e-mail destination', '/destinations', EMAIL],
])('the filter of %s', (_, path, settings) => {
  it('is stored, shown, announced, changed and taken off', async () => {
    const made = await acme.call('POST', path, { ...settings, filter: `  ${filter} ` });
    expect(made).toMatchObject({ status: 201, body: { filter } });
    const { id } = made.body;
    expect(lastOf(id)).toMatchObject({ filter });
    expect((await acme.call('GET', `${path}/${id}`)).body).toMatchObject({ filter });
    const change = async (fields: object) => (await acme.call('PATCH', `${path}/${id}`, fields)).body;
    expect(await change({ name: 'Same' })).toMatchObject({ name: 'Same', filter });
    expect(await change({ filter: 'data.revenue > 5.5' })).toMatchObject({ filter: 'data.revenue > 5.5' });
    expect(await change({ filter: null })).toMatchObject({ filter: null });
    expect(lastOf(id)).toMatchObject({ filter: null });
  });

  it('is refused with where it is wrong, when it is set and when the types are changed', async () => {
    const refused = (rule: string) => ({ status: 400, body: { errors: [{ field: 'filter', rule }] } });
    expect(await acme.call('POST', path, { ...settings, filter: 'data.revenu > 1' })).toMatchObject(
      refused('must be a CEL expression: no such key: revenu (character 6)'),
    );
    const { id } = (await acme.call('POST', path, { ...settings, filter })).body;
    expect(await acme.call('PATCH', `${path}/${id}`, { filter: 'data.score > 1' })).toMatchObject(
      refused('must be a CEL expression: no such key: score (character 6)'),
    );
    expect(await acme.call('PATCH', `${path}/${id}`, { eventTypes: ['ces.*'] })).toMatchObject(
      refused('must be a CEL expression: no such key: revenue (character 6)'),
    );
    const both = { eventTypes: ['ces.*'], filter: 'data.score > 1' };
    expect(await acme.call('PATCH', `${path}/${id}`, both)).toMatchObject({ status: 200, body: both });
  });

  it.each([
    ['', 'must be at least 1 character long'],
    ['x'.repeat(2_001), 'must be at most 2000 characters long'],
    [7, 'must be a string'],
  ])('cannot be %.10s', async (bad, rule) => {
    expect(await acme.call('POST', path, { ...settings, filter: bad })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'filter', rule }] },
    });
  });
});

it('a change of a filter is in the audit log', async () => {
  const { id } = (await acme.call('POST', '/webhooks', { ...ORDERS, filter })).body;
  await acme.call('PATCH', `/webhooks/${id}`, { filter: null });
  const entries = await api.test.database.rows(sql`
    select before, after from audit.entries where object_id = ${id} and action = 'webhook.changed'`);
  expect(entries).toMatchObject([{ before: { filter }, after: { filter: null } }]);
});
