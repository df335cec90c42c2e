import { describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { eventually } from '../../../../test/harness/eventually.ts';
import { LiveUpdates } from './live-updates.ts';

const log = createLog('test', { level: 'silent' });

const listener = (changed: (topics: string[]) => unknown = () => undefined) => ({
  changed,
  ended: () => undefined,
});

function create() {
  const state = { traffic: '1', looks: 0, asked: [] as readonly string[] };
  const updates = new LiveUpdates(
    {
      fingerprints: async (projects) => {
        state.looks += 1;
        state.asked = projects;
        return new Map(projects.map((id) => [id, { traffic: state.traffic, webhooks: '', inspector: '' }]));
      },
    },
    log,
  );
  return { state, updates };
}

describe('LiveUpdates', () => {
  it('tells everybody who follows a project what changed, with one look for all', async () => {
    const { state, updates } = create();
    const told: string[] = [];
    updates.follow(
      'a',
      listener((topics) => told.push(`first ${topics.join()}`)),
    );
    updates.follow(
      'a',
      listener((topics) => told.push(`second ${topics.join()}`)),
    );
    updates.follow('b', listener());
    await eventually(() => expect(state.looks).toBe(1));
    expect(state.asked).toEqual(['a', 'b']);
    state.traffic = '2';
    await eventually(() => expect(told).toEqual(['first traffic', 'second traffic']));
    updates.onModuleDestroy();
  });

  it('looks no more once nobody follows', async () => {
    const { state, updates } = create();
    const stop = updates.follow('a', listener());
    await eventually(() => expect(state.looks).toBe(1));
    stop?.();
    await eventually(() => expect(state.looks).toBe(2));
    expect(state.asked).toEqual([]);
    updates.onModuleDestroy();
  });

  it('takes no more than 50 of a project', () => {
    const { updates } = create();
    for (let i = 0; i < 50; i += 1) expect(updates.follow('a', listener())).toBeDefined();
    expect(updates.follow('a', listener())).toBeUndefined();
    const stop = updates.follow('b', listener());
    expect(stop).toBeDefined();
    updates.onModuleDestroy();
  });
});
