import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useFlow } from '../harness/flow.ts';
import { fuzzApi, installFuzzer, withKnownIds, type FuzzedDocument } from '../harness/fuzz-api.ts';
import { signInAsOwner } from '../harness/owner.ts';
import { startSmtpServer } from '../harness/smtp-server.ts';

/** Ids of earlier answers are tried too, and these would end what the rest of the run needs. */
const ENDINGS = ['signOut', 'endSession', 'deleteTenant', 'deleteProject', 'removeMember'];
/** Fewer successes mean that the credential or the ids were no good. */
const REACHED = 15;

// Without one, whatever sends e-mail answers 503.
const smtp = await startSmtpServer();
const flow = useFlow({ DELIVERY_TIMEOUT: '5s', SMTP_URL: smtp.url });
afterAll(() => smtp.close());
let document: FuzzedDocument;
let ids: { tenantId: string; projectId: string };
let key: string;

/** A project with a webhook, and a delivery to it. */
async function seed(): Promise<void> {
  const shop = await flow.shop();
  const webhook = await shop.webhook('/fuzzed');
  const event = await shop.publish();
  const delivery = await shop.settled(webhook.id, event.id, 'success');
  const { tenantId, projectId } = shop;
  const destinations = { webhookId: webhook.id, destinationId: webhook.id };
  const known = { tenantId, projectId, ...destinations, deliveryId: delivery.id, eventId: event.id };
  const answer = await fetch(`${flow.url}/docs/openapi.json`);
  document = withKnownIds((await answer.json()) as FuzzedDocument, known);
  ids = { tenantId, projectId };
  key = shop.key;
}

async function expectAnswered(headers: Record<string, string>, without: string[] = []): Promise<number> {
  const { code, output, succeeded } = await fuzzApi({ document, url: flow.url, headers, without });
  expect(code, output).toBe(0);
  return succeeded;
}

describe('generated requests to each operation of the OpenAPI document get no 5xx and what it says', () => {
  beforeAll(async () => {
    await Promise.all([installFuzzer(), seed()]);
  }, 240_000);

  it('with a key of the project', async () => {
    expect(await expectAnswered({ authorization: `Bearer ${key}` })).toBeGreaterThan(REACHED);
  }, 270_000);

  it('with the session of an owner', async () => {
    const session = await signInAsOwner(flow.hub.database, flow.url, ids.tenantId);
    expect(await expectAnswered(session, ENDINGS)).toBeGreaterThan(REACHED);
  }, 270_000);

  it('without a credential that holds', async () => {
    await expectAnswered({});
  }, 270_000);
});
