import { EVENT_TYPES } from '#events';
import { describe, expect, it } from 'vitest';
import { NOW, OWNER, RecordingPublisher } from '../../fixtures/recording-publisher.ts';
import { Sdk } from '../sdk.ts';
import { startServices } from '../start-services.ts';
import { createRandom } from './random.ts';
import { runAtRate } from './run-at-rate.ts';
import { Simulation } from './simulation.ts';

async function setUp(seed: number) {
  const publisher = new RecordingPublisher();
  const clock = { ms: NOW };
  const random = createRandom(seed);
  const { services } = await startServices(new Sdk(publisher, () => clock.ms, random.uuid), false);
  const simulation = new Simulation(services, OWNER, random);
  const run = async (steps: number) => {
    for (let i = 0; i < steps; i += 1) {
      await simulation.step();
      clock.ms += 200;
    }
  };
  return { publisher, simulation, run };
}

const dataOf = (recorded: RecordingPublisher['recorded']) =>
  recorded.map(({ event }) => event.data as unknown as Record<string, unknown>);

describe('the simulation', () => {
  it.each(Array.from({ length: 30 }, (_, index) => index + 1))(
    'shows every type within a minute at five a second, one event a step, from seed %i',
    async (seed) => {
      const { publisher, run } = await setUp(seed);
      await run(300);
      expect(publisher.recorded).toHaveLength(300);
      expect(new Set(publisher.types)).toEqual(
        new Set(EVENT_TYPES.filter((type) => type !== 'webhook.test')),
      );
    },
  );

  it('is the same day for the same seed, and another one for another', async () => {
    const days = [];
    for (const seed of [42, 42, 43]) {
      const { publisher, run } = await setUp(seed);
      await run(400);
      days.push(publisher.recorded);
    }
    expect(days[1]).toEqual(days[0]);
    expect(days[2]).not.toEqual(days[0]);
  });

  it('goes on for long: experiments begin again, visitors see before they convert', async () => {
    const { publisher, run } = await setUp(5);
    await run(6_000);
    const seen = new Set<string>();
    for (const [index, data] of dataOf(publisher.recorded).entries()) {
      const visit = `${String(data['experimentId'])} ${String(data['anonymousId'])} ${String(data['variantKey'])}`;
      const type = publisher.types[index];
      if (type === 'experiment.exposure') seen.add(visit);
      if (type === 'experiment.conversion') expect(seen).toContain(visit);
    }
    const share = (type: string) => publisher.types.filter((each) => each === type).length / 6_000;
    expect(share('experiment.conversion')).toBeGreaterThan(0.08);
    expect(share('experiment.exposure')).toBeGreaterThan(0.4);
    expect(publisher.types.filter((type) => type === 'experiment.finished').length).toBeGreaterThan(20);
    expect(publisher.types.filter((type) => type === 'usage.limit_reached')).toHaveLength(1);
  });

  it('goes on where it was when Kafka comes back', async () => {
    const { publisher, simulation, run } = await setUp(3);
    await run(2);
    publisher.isAway = true;
    for (let i = 0; i < 20; i += 1) await expect(simulation.step()).rejects.toThrow('Kafka');
    publisher.isAway = false;
    await run(400);
    const lives = publisher.types.filter((type) => /created|published|started|finished/.test(type));
    expect(lives.filter((type) => type === 'experiment.created').length).toBeGreaterThanOrEqual(4);
    expect(publisher.types).toContain('experiment.finished');
  });
});

describe('runAtRate', () => {
  async function run(options: { rate: number; count?: number; seconds?: number; awayMs?: [number, number] }) {
    const clock = { ms: 0 };
    const startedAt: number[] = [];
    const pauses: number[] = [];
    const [from, until] = options.awayMs ?? [-1, -1];
    const sleep = async (ms: number) => void (clock.ms += ms);
    const step = async () => {
      startedAt.push(clock.ms);
      await Promise.resolve();
      if (clock.ms >= from && clock.ms < until) throw new Error('away');
    };
    const signal = AbortSignal.timeout(20_000);
    const pace = { ...options, now: () => clock.ms, sleep, signal };
    await runAtRate(pace, step, (_error, backOffMs) => pauses.push(backOffMs));
    return { startedAt, pauses, elapsedMs: clock.ms };
  }

  it.each([
    [5, 60],
    [0.5, 60],
    [400, 10],
    [3, 7],
  ])('keeps %d a second over %i s', async (rate, seconds) => {
    const { startedAt } = await run({ rate, seconds });
    expect(Math.abs(startedAt.length / seconds / rate - 1)).toBeLessThan(0.05);
  });

  it('takes steps that fail together for one failure, though they fail one after the other', async () => {
    const clock = { ms: 0 };
    const pauses: number[] = [];
    const due: { at: number; fail: () => void }[] = [];
    const sleep = async (ms: number) => {
      clock.ms += ms;
      for (const { fail } of due.splice(0, due.findLastIndex(({ at }) => at <= clock.ms) + 1)) fail();
      // Their failures are taken in before the next step.
      await new Promise(setImmediate);
    };
    const step = () => {
      const { promise, reject } = Promise.withResolvers<void>();
      due.push({ at: clock.ms + 10_000, fail: () => reject(new Error('away')) });
      return promise;
    };
    const pace = { rate: 5, seconds: 19, now: () => clock.ms, sleep, signal: AbortSignal.timeout(20_000) };
    const run = runAtRate(pace, step, (_error, backOffMs) => pauses.push(backOffMs));
    while (clock.ms < 19_000) await new Promise(setImmediate);
    due.forEach(({ fail }) => fail());
    await run;
    expect(pauses).toEqual([500]);
  });

  it('stops after the count', async () => {
    const { startedAt, elapsedMs } = await run({ rate: 5, count: 50 });
    expect(startedAt).toHaveLength(50);
    expect(elapsedMs).toBe(9_800);
  });

  it('backs off while steps fail, longer each time, and makes up for nothing', async () => {
    const { startedAt, pauses } = await run({ rate: 10, seconds: 120, awayMs: [10_000, 60_000] });
    expect(pauses.slice(0, 5)).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
    expect(Math.max(...pauses)).toBe(30_000);
    const after = startedAt.filter((ms) => ms >= 60_000);
    const seconds = (120_000 - (after[0] ?? 0)) / 1_000;
    expect(Math.abs(after.length / seconds / 10 - 1)).toBeLessThan(0.05);
    expect(startedAt.filter((ms) => ms > 10_500 && ms < 60_000).length).toBeLessThan(8);
  });
});
