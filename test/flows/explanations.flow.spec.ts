import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sql } from '#database';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent, type SampleEvent } from '../harness/events.ts';
import { useFlow, type Shop } from '../harness/flow.ts';
import { answer } from '../harness/receiver.ts';

const flow = useFlow({ RETRY_DELAYS: '1h,2h', EGRESS_ALLOW: '127.0.0.1/32' });

interface Explanations {
  event: { type: string };
  items: {
    destination: { id: string; name: string };
    answer: string;
    sentence: string;
    clauses: { expression: string; values: { expression: string; value: unknown }[] }[] | null;
    deliveryId: string | null;
    configuration: { version: number; enabled: boolean; eventTypes: string[] } | null;
  }[];
}

async function explain(shop: Shop, eventId: string, destinationId?: string): Promise<Explanations> {
  const one = destinationId === undefined ? '' : `?destinationId=${destinationId}`;
  const { status, body } = await shop.call<Explanations>('GET', `/events/${eventId}/explanations${one}`);
  expect(status).toBe(200);
  return body;
}

/** The answer for each destination, by name, once they are these. */
async function expectAnswers(
  shop: Shop,
  { id }: SampleEvent,
  answers: Record<string, string>,
): Promise<Explanations> {
  return eventually(async () => {
    const found = await explain(shop, id);
    expect(Object.fromEntries(found.items.map((item) => [item.destination.name, item.answer]))).toEqual(
      answers,
    );
    return found;
  });
}

describe('why an event was delivered, or not', () => {
  it('is told of every destination by what was in force when the event came', async () => {
    const shop = await flow.shop();
    await shop.webhook('/explained');
    flow.receiver.on('/explained-failing', answer(500));
    await shop.webhook('/explained-failing');
    await shop.webhook('/explained-type', { eventTypes: ['experiment.started'] });
    const filtered = await shop.webhook('/explained-filter', {
      eventTypes: ['experiment.conversion'],
      filter: 'data.revenue > 1000.0',
    });
    const inside = await shop.webhook('/explained-egress');
    // As if the name in its URL led elsewhere by now: the API itself takes no such address.
    await flow.hub.database.run(
      sql`update destinations set url = 'http://127.0.0.2:9/hook' where id = ${inside.id}`,
    );
    const off = await shop.webhook('/explained-off');
    await shop.call('POST', `/webhooks/${off.id}/disable`);
    const gone = await shop.webhook('/explained-gone');
    await shop.call('DELETE', `/webhooks/${gone.id}`);

    const event = await shop.publish(sampleEvent('experiment.conversion', { revenue: 59.9 }));
    const answers = {
      '/explained': 'delivered',
      '/explained-failing': 'retrying',
      '/explained-type': 'type_not_selected',
      '/explained-filter': 'filter_false',
      '/explained-egress': 'egress_refused',
      '/explained-off': 'disabled',
      '/explained-gone': 'deleted_before',
    };
    const { items } = await expectAnswers(shop, event, answers);
    const filter = items.find(({ answer: found }) => found === 'filter_false');
    expect(filter?.clauses).toMatchObject([
      { expression: 'data.revenue > 1000.0', values: [{ expression: 'data.revenue', value: 59.9 }] },
    ]);

    // What is changed now changes nothing about then.
    await shop.webhook('/explained-later');
    await shop.call('PATCH', `/webhooks/${filtered.id}`, { filter: null });
    await shop.call('POST', `/webhooks/${off.id}/enable`);
    const later = await expectAnswers(shop, event, { ...answers, '/explained-later': 'created_later' });
    expect(later.items.find(({ answer: found }) => found === 'created_later')?.configuration).toBeNull();
    expect(later.items.find(({ answer: found }) => found === 'disabled')?.configuration).toMatchObject({
      enabled: false,
    });
    expect((await explain(shop, event.id, filtered.id)).items).toMatchObject([
      { answer: 'filter_false', configuration: { version: 1 } },
    ]);
  });

  it('is told of an event that was held because its webhook disabled itself after it came', async () => {
    const shop = await flow.shop();
    const webhook = await shop.webhook('/explained-held', { rateLimit: 0.5 });
    flow.receiver.on(webhook.path, answer(410));
    const events = [await shop.publish(), await shop.publish()];
    const found = await eventually(async () => {
      const answers = await Promise.all(events.map(async ({ id }) => (await explain(shop, id)).items[0]));
      expect(answers.map((item) => String(item?.answer)).toSorted()).toEqual(['failed', 'held']);
      return answers;
    });
    expect(found.every((item) => item?.configuration?.enabled === true)).toBe(true);
    const after = await shop.publish();
    await expectAnswers(shop, after, { [webhook.path]: 'disabled' });
  });

  it('is told of a test, which no other webhook gets', async () => {
    const shop = await flow.shop();
    const { id } = await shop.webhook('/explained-test');
    await shop.webhook('/explained-other');
    const { body } = await shop.call<{ eventId: string }>('POST', `/webhooks/${id}/test`);
    await expectAnswers(
      shop,
      { ...sampleEvent(), id: body.eventId },
      {
        '/explained-test': 'delivered',
        '/explained-other': 'made_for_another',
      },
    );
  });

  it('is that it was never accepted, of an event that nobody published, or another project', async () => {
    const [shop, other] = [await flow.shop(), await flow.shop()];
    await shop.webhook('/explained-never');
    const foreign = await other.publish();
    await eventually(async () => expect((await explain(other, foreign.id)).event.type).toBe(foreign.type));
    for (const id of [randomUUID(), foreign.id])
      expect(await shop.call('GET', `/events/${id}/explanations`)).toMatchObject({
        status: 404,
        body: { detail: expect.stringMatching(/^No event with this id was accepted/) },
      });
    expect((await shop.call('GET', `/events/${foreign.id}/explanations?destinationId=x`)).status).toBe(400);
  });
});
