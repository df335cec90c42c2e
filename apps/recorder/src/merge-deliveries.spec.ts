import { describe, expect, it } from 'vitest';
import { mergeDeliveries } from './merge-deliveries.ts';
import type { DeliveryRow } from './rows.ts';

type State = [status: DeliveryRow['status'], attempts: number];

function row([status, attempts]: State, id = 'd'): DeliveryRow {
  const subject = { eventId: 'e', destinationId: 'w', tenantId: 't', projectId: 'p', eventType: 'x' };
  const rest = {
    nextAttemptAt: null,
    lastStatus: null,
    lastError: null,
    reason: null,
    body: null,
    acceptedAt: 0,
  };
  return { id, ...subject, ...rest, status, attempts };
}

const stateOf = ({ status, attempts }: DeliveryRow): State => [status, attempts];

// Each list in the order in which a delivery may live through it.
const LIVES: State[][] = [
  [
    ['pending', 0],
    ['success', 1],
  ],
  [
    ['pending', 0],
    ['retrying', 1],
    ['retrying', 2],
    ['failed', 3],
  ],
  [
    ['pending', 0],
    ['held', 0],
  ],
  [
    ['pending', 0],
    ['cancelled', 0],
  ],
  [
    ['retrying', 1],
    ['held', 1],
    ['success', 2],
  ],
  [
    ['retrying', 1],
    ['cancelled', 1],
  ],
  [
    ['failed', 3],
    ['success', 4],
  ],
  [
    ['success', 1],
    ['failed', 2],
  ],
];

/** Every order of a list. */
function orders<T>(all: readonly T[]): T[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((one, index) => orders(all.toSpliced(index, 1)).map((rest) => [one, ...rest]));
}

describe('the states of one delivery', () => {
  it.each(LIVES.map((life) => [life]))(
    '%j come down to the last, in whatever order they are read',
    (life) => {
      for (const order of orders(life)) {
        const merged = mergeDeliveries(order.map((state) => row(state)));
        expect(merged.map(stateOf)).toEqual([life.at(-1)]);
      }
    },
  );

  it('come down to one also when each is repeated', () => {
    const states: State[] = [
      ['success', 2],
      ['retrying', 1],
      ['success', 2],
      ['pending', 0],
      ['pending', 0],
    ];
    expect(mergeDeliveries(states.map((state) => row(state))).map(stateOf)).toEqual([['success', 2]]);
  });

  it('keep the first of two that say the same', () => {
    const first = { ...row(['held', 1]), reason: 'first' };
    expect(mergeDeliveries([first, { ...first, reason: 'second' }])).toEqual([first]);
  });
});

describe('the states of several deliveries', () => {
  it('are merged each for itself', () => {
    const rows = [row(['pending', 0], 'a'), row(['success', 1], 'b'), row(['retrying', 1], 'a')];
    expect(mergeDeliveries(rows).map((one) => [one.id, ...stateOf(one)])).toEqual([
      ['a', 'retrying', 1],
      ['b', 'success', 1],
    ]);
  });

  it('are none when there are none', () => {
    expect(mergeDeliveries([])).toEqual([]);
  });
});
