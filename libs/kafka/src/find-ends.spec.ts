import { expect, it } from 'vitest';
import { findEnds } from './find-ends.ts';

const ENDS = [{ partition: 0, offset: '3', high: '3', low: '0' }];
const NOT_LEADER = Object.assign(new Error('not the leader'), {
  type: 'NOT_LEADER_FOR_PARTITION',
  retriable: true,
});

function adminThat(failures: Error[]) {
  return {
    fetchTopicOffsets: () => (failures.length > 0 ? Promise.reject(failures.shift()) : Promise.resolve(ENDS)),
  };
}

it('asks again while the broker does not lead the partitions of a new topic yet', async () => {
  expect(await findEnds(adminThat([NOT_LEADER, NOT_LEADER]), 't')).toBe(ENDS);
});

it('passes on what another try would not change', async () => {
  await expect(findEnds(adminThat([new Error('no such topic')]), 't')).rejects.toThrow('no such topic');
});
