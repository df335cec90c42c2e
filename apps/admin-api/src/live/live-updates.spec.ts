import { describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { eventually } from '../../../../test/harness/eventually.ts';
import { LiveUpdates, type Follower } from './live-updates.ts';

const log = createLog('test', { level: 'silent' });

const listener = (changed: (topics: string[]) => unknown = () => undefined) => ({
  changed,
  ended: () => undefined,
});

let callers = 0;
/** Somebody else each time, unless told otherwise. */
const of = (projectId: string, who: Partial<Follower> = {}): Follower => ({
  projectId,
  tenantId: `tenant of ${projectId}`,
  callerId: String((callers += 1)),
  ...who,
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
      of('a'),
      listener((topics) => told.push(`first ${topics.join()}`)),
    );
    updates.follow(
      of('a'),
      listener((topics) => told.push(`second ${topics.join()}`)),
    );
    updates.follow(of('b'), listener());
    await eventually(() => expect(state.looks).toBe(1));
    expect(state.asked).toEqual(['a', 'b']);
    await eventually(() => expect(told.splice(0)).toHaveLength(2));
    state.traffic = '2';
    await eventually(() => expect(told).toEqual(['first traffic', 'second traffic']));
    updates.onModuleDestroy();
  });

  it('tells whoever comes of everything once, since nobody told them what changed as their page was loading', async () => {
    const { updates } = create();
    const told: string[] = [];
    updates.follow(
      of('a'),
      listener((topics) => told.push(`first ${topics.join()}`)),
    );
    await eventually(() => expect(told).toEqual(['first traffic,webhooks,inspector']));
    updates.follow(
      of('a'),
      listener((topics) => told.push(`second ${topics.join()}`)),
    );
    await eventually(() => expect(told.slice(1)).toEqual(['second traffic,webhooks,inspector']));
    updates.onModuleDestroy();
  });

  it('looks no more once nobody follows', async () => {
    const { state, updates } = create();
    const stop = updates.follow(of('a'), listener());
    await eventually(() => expect(state.looks).toBe(1));
    stop?.();
    await eventually(() => expect(state.looks).toBe(2));
    expect(state.asked).toEqual([]);
    updates.onModuleDestroy();
  });

  it('takes no more than 50 of a project', () => {
    const { updates } = create();
    for (let i = 0; i < 50; i += 1) expect(updates.follow(of('a'), listener())).toBeDefined();
    expect(updates.follow(of('a'), listener())).toBeUndefined();
    const stop = updates.follow(of('b'), listener());
    expect(stop).toBeDefined();
    updates.onModuleDestroy();
  });

  it.each([
    ['person or key', 20, { callerId: 'mira' }],
    ['tenant', 100, { tenantId: 'acme' }],
  ])('takes no more than so many of a %s, whatever the project', (_, most, who) => {
    const { updates } = create();
    const stops = Array.from({ length: most }, (_unused, i) => updates.follow(of(`p${i}`, who), listener()));
    expect(stops.every((stop) => stop !== undefined)).toBe(true);
    expect(updates.follow(of('q', who), listener())).toBeUndefined();
    expect(updates.follow(of('q'), listener())).toBeDefined();
    stops[0]?.();
    expect(updates.follow(of('q', who), listener())).toBeDefined();
    updates.onModuleDestroy();
  });
});
