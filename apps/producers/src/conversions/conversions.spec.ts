import type { Variant } from '#events';
import { describe, expect, it } from 'vitest';
import { createSdk, OWNER } from '../../fixtures/recording-publisher.ts';
import { Experiments } from '../experiments/experiments.ts';
import { createRandom } from '../simulator/random.ts';
import { assignVariant } from './assign-variant.ts';
import { Conversions } from './conversions.ts';

const VISITOR = '5f3c1f0e-6c1d-4f0a-9f57-2a1f7f0c9b3e';
const VIEW = { anonymousId: VISITOR, url: 'https://shop.example.com/cart' };
const GOAL = {
  ...VIEW,
  eventName: 'purchase',
  goalId: 'g',
  goalType: 'revenue',
  revenue: 12.5,
  currency: 'EUR',
} as const;

async function setUp() {
  const { sdk, publisher } = createSdk();
  const experiments = new Experiments(sdk);
  const variants = [
    { key: 'a', name: 'A', weight: 50 },
    { key: 'b', name: 'B', weight: 50 },
  ];
  const { id } = await experiments.create(OWNER, { key: 'button', name: 'Button', type: 'ab', variants });
  await experiments.start(id);
  return { experiments, conversions: new Conversions(sdk, experiments), id, publisher };
}

describe('conversions', () => {
  it('tells an exposure once a visitor, and conversions with the same variant', async () => {
    const { conversions, id, publisher } = await setUp();
    const variant = await conversions.expose(id, VIEW);
    expect(await conversions.expose(id, VIEW)).toEqual(variant);
    await conversions.convert(id, GOAL);
    expect(publisher.types.slice(2)).toEqual(['experiment.exposure', 'experiment.conversion']);
    expect(publisher.last).toMatchObject({
      variantKey: variant.variantKey,
      ...GOAL,
      payload: {},
      referrer: null,
    });
    expect(conversions.countsOf(id)).toEqual({ exposures: 1, conversions: 1 });
  });

  it('refuses visitors who saw nothing, and experiments that do not run', async () => {
    const { conversions, experiments, id } = await setUp();
    await expect(conversions.convert(id, GOAL)).rejects.toThrow(
      `visitor ${VISITOR} was never exposed to button`,
    );
    await experiments.pause(id);
    await expect(conversions.expose(id, VIEW)).rejects.toThrow('button takes no visitors: it is paused');
  });

  it('has not seen a visitor whose exposure Kafka did not take', async () => {
    const { conversions, id, publisher } = await setUp();
    publisher.isAway = true;
    await expect(conversions.expose(id, VIEW)).rejects.toThrow();
    expect(conversions.variantOf(id, VISITOR)).toBeUndefined();
  });
});

describe('assignVariant', () => {
  const variants = [60, 30, 10].map((weight, index): Variant => {
    return { variantId: '', variantKey: String(index), name: '', isControl: false, weight };
  });

  it('gives each variant its share, and a visitor always the same', () => {
    const random = createRandom(7);
    const counts: Record<string, number> = {};
    for (let i = 0; i < 10_000; i += 1) {
      const visitor = random.uuid();
      const key = assignVariant('e', visitor, variants)?.variantKey ?? '';
      expect(assignVariant('e', visitor, variants)?.variantKey).toBe(key);
      counts[key] = (counts[key] ?? 0) + 1;
    }
    expect(counts['0']).toSatisfy((count: number) => Math.abs(count - 6_000) < 200);
    expect(counts['2']).toSatisfy((count: number) => Math.abs(count - 1_000) < 150);
  });
});
