import { describe, expect, it } from 'vitest';
import { createSdk, OWNER } from '../../fixtures/recording-publisher.ts';
import { Experiments, type ExperimentType } from '../experiments/experiments.ts';
import { Flags } from './flags.ts';

const VIEW = { anonymousId: '5f3c1f0e-6c1d-4f0a-9f57-2a1f7f0c9b3e', url: 'https://shop.example.com/search' };

async function setUp(type: ExperimentType = 'feature_flag') {
  const { sdk, publisher } = createSdk();
  const experiments = new Experiments(sdk);
  const variants = [
    { key: 'off', name: 'Off', weight: 60 },
    { key: 'half', name: 'Half', weight: 30 },
    { key: 'on', name: 'On', weight: 10 },
  ];
  const { id } = await experiments.create(OWNER, { key: 'search', name: 'Search', type, variants });
  return { experiments, flags: new Flags(sdk, experiments), id, publisher };
}

describe('flags', () => {
  it('are created, rolled out and seen', async () => {
    const { experiments, flags, id, publisher } = await setUp();
    await flags.create(id);
    expect(publisher.last).toMatchObject({ flagId: id, flagKey: 'search', status: 'draft' });
    await experiments.start(id);
    await flags.rollOut(id, 'on', 100);
    expect(publisher.last).toMatchObject({ status: 'running' });
    expect(await flags.expose(id, VIEW)).toMatchObject({ variantKey: 'on', weight: 100 });
    expect(publisher.types.slice(1)).toEqual([
      'feature_flag.created',
      'experiment.started',
      'feature_flag.updated',
      'feature_flag.exposed',
    ]);
    expect(publisher.last).toMatchObject({
      flagKey: 'search',
      variantKey: 'on',
      eventName: '$exposure',
      ...VIEW,
    });
  });

  it.each([
    ['on', 55, [30, 15, 55]],
    ['on', 0, [66.67, 33.33, 0]],
    ['off', 100, [100, 0, 0]],
  ])('%s to %i %%: the others share the rest', async (key, weight, expected) => {
    const { flags, id, publisher } = await setUp();
    await flags.create(id);
    await flags.rollOut(id, key, weight);
    const { variants } = publisher.last as { variants: { weight: number }[] };
    expect(variants.map((variant) => variant.weight)).toEqual(expected);
  });

  it('refuses what makes no sense', async () => {
    const { flags, id } = await setUp();
    await expect(flags.expose(id, VIEW)).rejects.toThrow(`there is no flag ${id}`);
    await flags.create(id);
    await expect(flags.create(id)).rejects.toThrow('the flag search exists already');
    await expect(flags.rollOut(id, 'blue', 5)).rejects.toThrow('search has no variant blue');
    await expect(flags.rollOut(id, 'on', 101)).rejects.toThrow('must be 0 to 100');
    await expect(flags.expose(id, VIEW)).rejects.toThrow('search takes no visitors: it is draft');
    const test = await setUp('ab');
    await expect(test.flags.create(test.id)).rejects.toThrow('search is not a feature flag');
  });
});
