import { expect, it } from 'vitest';
import { sampleDelivery } from '../../../test/harness/pipeline-samples.ts';
import { Lane } from './lane.ts';

it('a lane starts nothing while it may not, and goes on when it is pumped after that', () => {
  const started: string[] = [];
  let mayStart = false;
  const lane = new Lane(
    {
      destinationId: 'd',
      policy: { maxConcurrency: 4, pauseFailures: 10, probeSpacingMs: 1_000 },
      maxQueued: 100,
      rateLimit: () => null,
      mayStart: () => mayStart,
      run: (jobs) => {
        started.push(...jobs.map(({ key }) => key));
        return new Promise(() => undefined);
      },
      now: () => Date.now(),
    },
    1,
    0,
  );
  lane.push({ key: 'a', delivery: sampleDelivery({ id: 'a' }), finishers: [], takenOnAtMs: 0 });
  lane.release();
  expect(started).toEqual([]);
  mayStart = true;
  lane.pump();
  expect(started).toEqual(['a']);
});
