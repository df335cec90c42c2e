import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '#database';
import { findEventType } from '#events';
import { startApi, type Client, type TestApi } from '../../../../test/harness/admin-api.ts';

const TYPE = 'experiment.conversion';
const HOOK = { name: 'Orders', url: 'https://example.com/hook', eventTypes: [TYPE] };
let api: TestApi;
let acme: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  acme = await api.addClient();
  for (let revenue = 1; revenue <= 20; revenue++) await record(revenue);
});
afterAll(() => api?.close());

async function record(revenue: number) {
  const [id, at] = [randomUUID(), new Date(Date.now() - revenue * 60_000)];
  const { tenantId, projectId } = acme;
  const data = { ...findEventType(TYPE)?.example, revenue };
  const body = Buffer.from(JSON.stringify({ id, type: TYPE, projectId, tenantId, createdAt: at, data }));
  await api.test.database.run(sql`
    insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
    values (${id}, ${at}, ${tenantId}, ${projectId}, ${TYPE}, ${at}, ${body})`);
}

const preview = (fields: object) =>
  acme.call('POST', '/transformation-previews', { eventTypes: [TYPE], transformation: '$', ...fields });
const lastOf = (key: string) => api.published.filter((record) => record.key === key).at(-1)?.value;

describe('a preview of a transformation', () => {
  it('shows the newest events before and after', async () => {
    const { status, body } = await preview({ transformation: '{ "value": data.revenue }' });
    expect(status).toBe(200);
    const items = body.items as unknown as { before: string; after: string; problem: null }[];
    expect(items.map(({ after }) => after)).toEqual(
      [1, 2, 3, 4, 5].map((value) => JSON.stringify({ value })),
    );
    expect(JSON.parse(items[0]?.before ?? '')).toMatchObject({ type: TYPE, data: { revenue: 1 } });
  });

  it('shows those that a filter takes', async () => {
    const { body } = await preview({ transformation: '{ "v": data.revenue }', filter: 'data.revenue > 18' });
    expect(body.items).toMatchObject([{ after: '{"v":19}' }, { after: '{"v":20}' }]);
  });

  it('says why there is no body', async () => {
    const { body } = await preview({ transformation: 'data.currency + 1' });
    expect(body.items).toMatchObject(
      Array(5).fill({ after: null, problem: expect.stringMatching(/number/) }),
    );
  });

  it.each([
    [{ transformation: '{' }, 'transformation', /must be a JSONata expression/],
    [{ transformation: undefined }, 'transformation', /is required/],
    [{ filter: 'data.' }, 'filter', /must be a CEL expression/],
  ])('is refused with %j', async (fields, field, rule) => {
    expect(await preview(fields)).toMatchObject({
      status: 400,
      body: { errors: [{ field, rule: expect.stringMatching(rule) }] },
    });
  });
});

describe('the transformation of a webhook', () => {
  const transformation = '{ "value": data.revenue }';

  it('is stored, shown, announced, changed, noted and taken off', async () => {
    const made = await acme.call('POST', '/webhooks', { ...HOOK, transformation });
    expect(made).toMatchObject({ status: 201, body: { transformation } });
    const { id } = made.body;
    expect(lastOf(id)).toMatchObject({ transformation });
    const change = async (fields: object) => (await acme.call('PATCH', `/webhooks/${id}`, fields)).body;
    expect(await change({ name: 'Same' })).toMatchObject({ transformation });
    expect(await change({ transformation: null })).toMatchObject({ transformation: null });
    expect(lastOf(id)).toMatchObject({ transformation: null });
    const entries = await api.test.database.rows(sql`
      select before, after from audit.entries where object_id = ${id} and action = 'webhook.changed' and before ? 'transformation'`);
    expect(entries).toMatchObject([{ before: { transformation }, after: { transformation: null } }]);
  });

  it.each([
    ['{ "a": }', /must be a JSONata expression/],
    ['$now()', /must not use \$now/],
    ['', /at least 1 character/],
  ])('cannot be %s', async (bad, rule) => {
    expect(await acme.call('POST', '/webhooks', { ...HOOK, transformation: bad })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'transformation', rule: expect.stringMatching(rule) }] },
    });
  });
});
