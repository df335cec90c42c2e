import { expect, it } from 'vitest';
import { describeReplay } from './describe-replay.ts';

const running = { selection: 'held', mode: 'again', status: 'running', reason: null } as const;

it.each([
  [running, 'Sending held deliveries'],
  [{ ...running, mode: 'skip' }, 'Cancelling held deliveries'],
  [{ ...running, selection: 'all', mode: 'new' }, 'Sending copies of past deliveries'],
  [{ ...running, status: 'paused', reason: 'by hand' }, 'Replay of held deliveries, paused by hand'],
  [
    { ...running, selection: 'missing', status: 'paused', reason: 'destination_disabled' },
    'Replay of past events, paused, since its destination is disabled: enable it, then continue',
  ],
] as const)('%o is told as %s', (replay, sentence) => {
  expect(describeReplay(replay)).toBe(sentence);
});
