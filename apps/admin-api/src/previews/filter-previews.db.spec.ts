import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { generateApiKey, sql } from '#database';
import { findEventType } from '#events';
import { startApi, type Client, type TestApi } from '../../../../test/harness/admin-api.ts';

const HOUR_MS = 3_600_000;
const TYPE = 'experiment.conversion';
let api: TestApi;
let acme: Client;

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  acme = await api.addClient();
  const other = await api.addClient();
  for (const revenue of [20, 90, 150, 200]) await record(acme, { revenue, currency: 'EUR' }, revenue);
  for (let hours = 1; hours <= 250; hours++) await record(acme, { revenue: 5, currency: 'USD' }, hours / 10);
  await record(acme, { revenue: 1_000, currency: 'EUR' }, 24 * 9);
  await record(other, { revenue: 1_000, currency: 'EUR' }, 1);
});
afterAll(() => api?.close());

async function record({ tenantId, projectId }: Client, data: object, hoursAgo: number, type = TYPE) {
  const [id, at] = [randomUUID(), new Date(Date.now() - hoursAgo * HOUR_MS)];
  const event = {
    id,
    type,
    projectId,
    tenantId,
    createdAt: at,
    data: { ...findEventType(type)?.example, ...data },
  };
  await api.test.database.run(sql`
    insert into events (id, accepted_at, tenant_id, project_id, type, created_at, body)
    values (${id}, ${at}, ${tenantId}, ${projectId}, ${type}, ${at}, ${Buffer.from(JSON.stringify(event))})`);
}

const preview = (filter: string, more: object = {}, client = acme) =>
  client.call('POST', '/filter-previews', { eventTypes: [TYPE], filter, ...more });

describe('a preview of a filter', () => {
  it('counts the events of the last days and shows some that match and some that just missed, with why', async () => {
    const { status, body } = await preview('data.revenue > 100 && data.currency == "EUR"', { days: 9 });
    expect(status).toBe(200);
    expect(body).toMatchObject({ isComplete: true, scanned: 254, matched: 2, failed: 0 });
    expect(body['matches']).toMatchObject([
      { type: TYPE, clauses: [{ values: [{ value: 150 }] }, {}] },
      { clauses: [{ values: [{ value: 200 }] }, {}] },
    ]);
    const misses = body['nearMisses'] as { clauses: object[] }[];
    expect(misses).toHaveLength(5);
    expect(misses[0]?.clauses).toEqual([
      {
        expression: 'data.revenue > 100',
        result: false,
        problem: null,
        values: [{ expression: 'data.revenue', isMissing: false, value: 20 }],
      },
    ]);
    expect(misses.map(({ clauses }) => clauses.length)).toEqual([1, 1, 2, 2, 2]);
  });

  it('looks back no further than it is told', async () => {
    expect((await preview('data.revenue > 100', { days: 10 })).body).toMatchObject({
      scanned: 255,
      matched: 3,
    });
    expect((await preview('data.revenue > 100', { days: 1 })).body).toMatchObject({ matched: 0 });
  });

  it('counts events without an answer', async () => {
    const { body } = await preview('data.payload.nothing == 1');
    expect(body).toMatchObject({ matched: 0, failed: body['scanned'] });
    expect(body['nearMisses']).toMatchObject([{ problem: 'No such key: nothing' }, {}, {}, {}, {}]);
  });

  it('looks at no event of other types', async () => {
    expect((await preview('type != ""', { eventTypes: ['ces.*'] })).body).toMatchObject({
      isComplete: true,
      scanned: 0,
      matches: [],
    });
  });

  it.each([
    [{ filter: 'data.' }, 'filter', /must be a CEL expression/],
    [{ filter: undefined }, 'filter', /is required/],
    [{ eventTypes: ['nope'] }, 'eventTypes[0]', /must match an event type/],
    [{ days: 91 }, 'days', /at most 90/],
    [{ days: 0 }, 'days', /at least 1/],
  ])('is refused with %j', async (fields, field, rule) => {
    expect(await preview('true', fields)).toMatchObject({
      status: 400,
      body: { errors: [{ field, rule: expect.stringMatching(rule) }] },
    });
  });

  it('is for those only who may see events', async () => {
    const { key, prefix, hash } = generateApiKey();
    await api.test.database.run(sql`insert into api_keys (id, project_id, name, prefix, hash, scopes)
      values (${randomUUID()}, ${acme.projectId}, 'narrow', ${prefix}, ${hash}, array['webhooks:write'])`);
    const answer = await acme.call(
      'POST',
      '/filter-previews',
      { eventTypes: [TYPE], filter: 'true' },
      { authorization: `Bearer ${key}` },
    );
    expect(answer).toMatchObject({ status: 403, body: { detail: expect.stringContaining('events:read') } });
  });
});
