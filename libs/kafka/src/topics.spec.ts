import { describe, expect, it } from 'vitest';
import { CHANNELS, EVENT_DOMAINS, createTopics, workerTopics } from './topics.ts';

const DELAYS = [
  { name: '1m', ms: 60_000 },
  { name: '5m', ms: 300_000 },
];
const topics = createTopics('stage.', DELAYS);

describe('the topics', () => {
  it('carry the prefix, all of them, and are all different', () => {
    const { events, allEvents, webhook, slack, email, ...single } = topics;
    const ofChannels = [webhook, slack, email].flatMap(({ retries, ...channel }) => [
      ...Object.values(channel),
      ...retries.map((r) => r.topic),
    ]);
    const all = [...allEvents, ...Object.values(single), ...ofChannels];
    expect(all.every((topic) => topic.startsWith('stage.hub.'))).toBe(true);
    expect(new Set(all).size).toBe(all.length);
    expect(Object.keys(events)).toEqual([...EVENT_DOMAINS]);
  });

  it('have the names that other programs read them by', () => {
    expect(createTopics('', DELAYS)).toMatchObject({
      events: { conversion: 'hub.events.conversion', 'feature-flag': 'hub.events.feature-flag' },
      eventsDead: 'hub.events.dead',
      webhook: {
        deliveries: 'hub.deliveries.webhook',
        deferred: 'hub.deliveries.webhook.deferred',
        replay: 'hub.deliveries.webhook.replay',
        dead: 'hub.deliveries.webhook.dead',
      },
      attempts: 'hub.attempts',
      destinations: 'hub.destinations',
      lanes: 'hub.lanes',
    });
  });

  it('of retries are in the order of the delays and carry them in their names', () => {
    expect(topics.webhook.retries).toEqual([
      { name: '1m', ms: 60_000, topic: 'stage.hub.deliveries.webhook.retry.1m' },
      { name: '5m', ms: 300_000, topic: 'stage.hub.deliveries.webhook.retry.5m' },
    ]);
  });

  it('that a worker reads are the deliveries, every retry, the deferred and the replayed, but not the dead', () => {
    for (const channel of CHANNELS) {
      const read = workerTopics(topics[channel]);
      expect(read).toHaveLength(5);
      expect(read).not.toContain(topics[channel].dead);
    }
    expect(workerTopics(createTopics('', []).webhook)).toEqual([
      'hub.deliveries.webhook',
      'hub.deliveries.webhook.deferred',
      'hub.deliveries.webhook.replay',
    ]);
  });
});
