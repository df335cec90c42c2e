import { describe, expect, it } from 'vitest';
import { createSdk, NOW, OWNER } from '../../fixtures/recording-publisher.ts';
import { Experiments, type ExperimentStatus, type NewExperiment } from './experiments.ts';

const BUTTON: NewExperiment = {
  key: 'checkout-button',
  name: 'Checkout button',
  type: 'ab',
  variants: [
    { key: 'control', name: 'Grey', weight: 50 },
    { key: 'green', name: 'Green', weight: 50 },
  ],
};
const WINNER = {
  variantKey: 'green',
  goalId: 'g',
  uplift: 0.2,
  confidence: 0.97,
  exposures: 900,
  conversions: 90,
};

async function setUp(status: ExperimentStatus = 'draft') {
  const { sdk, publisher } = createSdk();
  const experiments = new Experiments(sdk);
  const { id } = await experiments.create(OWNER, BUTTON);
  if (status !== 'draft') await experiments.start(id);
  if (status === 'paused') await experiments.pause(id);
  if (status === 'completed') await experiments.finish(id);
  const seen = publisher.recorded.length;
  return { experiments, id, publisher, types: () => publisher.types.slice(seen) };
}

const CHANGES = {
  start: (experiments: Experiments, id: string) => experiments.start(id),
  pause: (experiments: Experiments, id: string) => experiments.pause(id, 'out of stock'),
  finish: (experiments: Experiments, id: string) => experiments.finish(id),
  publish: (experiments: Experiments, id: string) => experiments.publish(id),
  declareWinner: (experiments: Experiments, id: string) => experiments.declareWinner(id, WINNER),
};

describe('experiments', () => {
  it.each<[ExperimentStatus, keyof typeof CHANGES, string, ExperimentStatus]>([
    ['draft', 'start', 'experiment.started', 'running'],
    ['draft', 'publish', 'experiment.published', 'draft'],
    ['running', 'pause', 'experiment.paused', 'paused'],
    ['running', 'publish', 'experiment.published', 'running'],
    ['running', 'declareWinner', 'experiment.winner_detected', 'running'],
    ['running', 'finish', 'experiment.finished', 'completed'],
    ['paused', 'start', 'experiment.started', 'running'],
    ['paused', 'publish', 'experiment.published', 'paused'],
    ['paused', 'finish', 'experiment.finished', 'completed'],
  ])('%s, %s: publishes %s and is %s', async (from, change, type, to) => {
    const { experiments, id, types } = await setUp(from);
    await CHANGES[change](experiments, id);
    expect(types()).toEqual([type]);
    expect(experiments.get(id).status).toBe(to);
  });

  it.each<[ExperimentStatus, keyof typeof CHANGES, string]>([
    ['draft', 'pause', 'cannot pause checkout-button: it is draft, not running'],
    ['draft', 'finish', 'cannot finish checkout-button: it is draft, not running or paused'],
    ['draft', 'declareWinner', 'it is draft, not running'],
    ['running', 'start', 'cannot start checkout-button: it is running, not draft or paused'],
    ['paused', 'pause', 'it is paused, not running'],
    ['paused', 'declareWinner', 'it is paused, not running'],
    ['completed', 'start', 'it is completed, not draft or paused'],
    ['completed', 'pause', 'it is completed, not running'],
    ['completed', 'finish', 'it is completed, not running or paused'],
    ['completed', 'publish', 'it is completed, not draft or running or paused'],
  ])('%s: refuses %s', async (from, change, message) => {
    const { experiments, id, types } = await setUp(from);
    await expect(CHANGES[change](experiments, id)).rejects.toThrow(message);
    expect(types()).toEqual([]);
  });

  it('tells the version, the reason and the winner', async () => {
    const { experiments, id, publisher } = await setUp('running');
    await experiments.publish(id);
    await experiments.publish(id);
    expect(publisher.last).toMatchObject({ version: 2, publishedAt: NOW, status: 'running' });
    await experiments.declareWinner(id, WINNER);
    expect(publisher.last).toMatchObject({ winnerVariantKey: 'green', uplift: 0.2, exposures: 900 });
    await expect(experiments.declareWinner(id, WINNER)).rejects.toThrow('has its winner already: green');
    await experiments.pause(id, 'out of stock');
    expect(publisher.last).toMatchObject({ reason: 'out of stock', pausedAt: NOW, status: 'paused' });
    await experiments.finish(id);
    expect(publisher.last).toMatchObject({ winnerVariantKey: 'green', finishedAt: NOW, status: 'completed' });
  });

  it('is as before when Kafka did not take the event', async () => {
    const { experiments, id, publisher } = await setUp();
    publisher.isAway = true;
    await expect(experiments.start(id)).rejects.toMatchObject({ code: 'HUB_KAFKA_UNAVAILABLE' });
    await expect(experiments.publish(id)).rejects.toThrow();
    expect(experiments.get(id)).toMatchObject({ status: 'draft', version: 0 });
    publisher.isAway = false;
    await experiments.start(id);
    expect(experiments.get(id).status).toBe('running');
  });

  it('makes a change once when it is asked for twice at a time', async () => {
    const { experiments, id, types } = await setUp();
    const both = await Promise.allSettled([experiments.start(id), experiments.start(id)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(types()).toEqual(['experiment.started']);
  });

  it.each([
    [[{ key: 'a', name: 'A', weight: 100 }], 'at least two variants'],
    [
      [
        { key: 'a', name: 'A', weight: 60 },
        { key: 'b', name: 'B', weight: 60 },
      ],
      'add up to 120, not 100',
    ],
  ])('refuses variants that do not make an experiment', async (variants, message) => {
    const { sdk, publisher } = createSdk();
    await expect(new Experiments(sdk).create(OWNER, { ...BUTTON, variants })).rejects.toThrow(message);
    expect(publisher.recorded).toEqual([]);
  });
});
