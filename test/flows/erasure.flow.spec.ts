import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { sampleEvent } from '../harness/events.ts';
import { useFlow } from '../harness/flow.ts';
import { answer } from '../harness/receiver.ts';

const flow = useFlow({ ERASURE_SETTLE_TIME: '1s', RETRY_DELAYS: '3s' });

interface Report {
  id: string;
  status: string;
  removed: Record<string, number>;
}

describe('the erasure of a visitor', () => {
  it('cancels what waits, removes what is stored, and goes on after a kill', async () => {
    const shop = await flow.shop();
    const visitor = randomUUID();
    flow.receiver.on('/down', answer(500));
    const [good, down] = [await shop.webhook('/good'), await shop.webhook('/down')];
    const theirs = await shop.publish(sampleEvent('experiment.conversion', { anonymousId: visitor }));
    const other = await shop.publish();
    await shop.settled(good.id, theirs.id, 'success');
    await shop.settled(good.id, other.id, 'success');
    await shop.settled(down.id, theirs.id, 'retrying');
    const asked = await shop.call<Report>('POST', '/erasures', { anonymousId: visitor });
    expect(asked).toMatchObject({ status: 202, body: { kind: 'visitor', status: 'waiting' } });
    const hub = flow.hub.process('all-in-one');
    await hub.kill('SIGKILL');
    await hub.start();
    await eventually(async () => {
      const { body } = await shop.call<Report>('GET', `/erasures/${asked.body.id}`);
      expect(body).toMatchObject({ status: 'done', removed: { events: 1 } });
    }, 40_000);
    expect((await shop.call('GET', `/events/${theirs.id}`)).status).toBe(404);
    expect((await shop.call('GET', `/events/${other.id}`)).status).toBe(200);
    // Its end is recorded before the tables are gone through, or after; nothing else of it may be left.
    const left = await shop.deliveries(down.id, `&eventId=${theirs.id}`);
    expect(
      left.filter(({ status, reason }) => status !== 'cancelled' || reason !== 'visitor_erased'),
    ).toEqual([]);
    const seen = flow.receiver.receipts('/down').filter(({ eventId }) => eventId === theirs.id);
    expect(seen).toHaveLength(1);
  }, 120_000);
});
