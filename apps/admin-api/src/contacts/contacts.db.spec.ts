import { randomUUID } from 'node:crypto';
import { sql } from '#database';
import { NEWS_TYPES } from '#events';
import { createLog } from '#log';
import { decryptSecret } from '#webhooks';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type Client, type TestApi } from '../../../../test/harness/admin-api.ts';
import { UnsubscribeStore } from '../unsubscribe.store.ts';
import { OwnerContacts } from './keep-owner-contacts.ts';
import { OwnerContactsStore } from './owner-contacts.store.ts';

let api: TestApi;
let owners: OwnerContacts;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  const log = createLog('test', { level: 'silent' });
  owners = new OwnerContacts(new OwnerContactsStore(api.test.database), api.masterKeys, log);
});
afterAll(() => api?.close());

const WEBHOOK = { name: 'Orders', url: 'https://example.com/hook', eventTypes: ['*'] };
const put = (client: Client, ...recipients: string[]) => client.call('PUT', '/contacts', { recipients });
const get = async (client: Client) => (await client.call('GET', '/contacts')).body;
const destinationOf = async ({ projectId }: Client) =>
  api.test.database.row<{ id: string; config: object; url: string; isEnabled: boolean }>(sql`
    select id, config, url, is_enabled as "isEnabled" from destinations
    where project_id = ${projectId} and config ->> 'role' = 'contacts'`);

async function addMember(
  { tenantId }: Client,
  email: string,
  role = 'owner',
  isVerified = true,
): Promise<void> {
  const id = randomUUID();
  const { database } = api.test;
  await database.run(sql`
    insert into users (id, name, email, is_email_verified) values (${id}, 'Someone', ${email}, ${isVerified})`);
  await database.run(
    sql`insert into members (tenant_id, user_id, role) values (${tenantId}, ${id}, ${role})`,
  );
}

const address = (name: string) => `${name}-${randomUUID().slice(0, 8)}@example.com`;

describe('the contacts of a project', () => {
  it('are nobody at first, then who is named, each once', async () => {
    const client = await api.addClient();
    expect(await get(client)).toEqual({ recipients: [], areOwners: false });
    const answer = await put(client, 'Mira@example.com', 'ops@example.com', 'OPS@example.com');
    expect(answer).toMatchObject({
      status: 200,
      body: { recipients: ['Mira@example.com', 'OPS@example.com'], areOwners: false },
    });
    expect((await put(client, 'ops@example.com')).body).toMatchObject({ recipients: ['ops@example.com'] });
    expect((await put(client)).body).toMatchObject({ recipients: [] });
    expect(await destinationOf(client)).toBeUndefined();
  });

  it('are an e-mail destination that takes the news, announced with a secret of its own', async () => {
    const client = await api.addClient();
    await put(client, 'ops@example.com');
    const id = (await destinationOf(client))?.id ?? '';
    const record = api.published.filter(({ key }) => key === id).at(-1)?.value;
    expect(record).toMatchObject({ kind: 'email', isEnabled: true, eventTypes: [...NEWS_TYPES] });
    expect(decryptSecret(record?.['secret'] as Buffer, api.masterKeys, id)).toMatch(/^whsec_/);
  });

  it.each([
    [{}, 'recipients'],
    [{ recipients: 'ops@example.com' }, 'recipients'],
    [{ recipients: ['nobody'] }, 'recipients[0]'],
    [{ recipients: Array.from({ length: 21 }, (_, index) => `p${index}@example.com`) }, 'recipients'],
    [{ recipients: [], more: 1 }, 'more'],
  ])('are refused as %j, naming %s', async (body, field) => {
    const client = await api.addClient();
    const answer = await client.call('PUT', '/contacts', body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('of another project are as if they did not exist', async () => {
    const [acme, other] = [await api.addClient(), await api.addClient()];
    await put(acme, 'ops@example.com');
    const path = `/v1/projects/${acme.projectId}/contacts`;
    expect((await other.call('GET', path)).status).toBe(404);
    expect((await other.call('PUT', path, { recipients: [] })).status).toBe(404);
    expect(await get(acme)).toMatchObject({ recipients: ['ops@example.com'] });
  });
});

describe('a project that has named nobody', () => {
  it('has the owners of its tenant, of verified addresses, once it has a destination', async () => {
    const client = await api.addClient();
    const owner = address('owner');
    await addMember(client, owner);
    await addMember(client, address('developer'), 'developer');
    await addMember(client, address('unverified'), 'owner', false);
    await owners.keep();
    expect(await get(client)).toEqual({ recipients: [], areOwners: false });
    await client.call('POST', '/webhooks', WEBHOOK);
    await owners.keep();
    expect(await get(client)).toEqual({ recipients: [owner], areOwners: true });
  });

  it('has them still when they change, but for who has unsubscribed', async () => {
    const client = await api.addClient();
    const [first, second, third] = [address('first'), address('second'), address('third')];
    await addMember(client, first);
    await client.call('POST', '/webhooks', WEBHOOK);
    await owners.keep();
    const id = (await destinationOf(client))?.id ?? '';
    await new UnsubscribeStore(api.test.database).remove({ destinationId: id, recipient: first });
    expect(await destinationOf(client)).toMatchObject({ isEnabled: false });
    await owners.keep();
    expect(await get(client)).toMatchObject({ recipients: [] });
    await addMember(client, second);
    await addMember(client, third);
    await owners.keep();
    expect((await get(client))['recipients']).toHaveLength(2);
    expect(await destinationOf(client)).toMatchObject({ id, isEnabled: true });
  });

  it('has them no more once it names somebody, and again when it names nobody', async () => {
    const client = await api.addClient();
    const owner = address('owner');
    await addMember(client, owner);
    await client.call('POST', '/webhooks', WEBHOOK);
    await owners.keep();
    expect((await put(client, 'ops@example.com')).body).toEqual({
      recipients: ['ops@example.com'],
      areOwners: false,
    });
    await owners.keep();
    expect(await get(client)).toMatchObject({ recipients: ['ops@example.com'] });
    expect((await put(client)).body).toEqual({ recipients: [owner], areOwners: true });
  });
});
