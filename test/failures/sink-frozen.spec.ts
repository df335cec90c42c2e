import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvents, startTraffic } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { runStack } from '../harness/run-stack.ts';
import { rowsIn, warehouseEnv } from '../harness/warehouse.ts';

const EVENTS = 6_000;

describe('two sinks on one warehouse', () => {
  let hub: TestHub;
  afterEach(() => hub?.end());

  it('write each event once, although one stands still for longer than its session and then goes on', async () => {
    hub = await startHub({ stack: runStack(), apps: ['ingest'] });
    const sinks = [1, 2].map(() => hub.addProcess('warehouse-sink', warehouseEnv(hub, 'postgres')));
    for (const sink of sinks) await sink.start();
    const make = () => sampleEvents(1, 'ces.response_created')[0] ?? expect.fail('no sample');
    const surveys = Array.from({ length: EVENTS }, (_, n) => {
      const event = make();
      return { ...event, data: { ...event.data, surveyId: `survey-${n % 40}` } };
    });
    const traffic = startTraffic(hub, 100, {
      make: () => {
        const event = make();
        return { ...event, data: { ...event.data, surveyId: `survey-${Math.floor(Math.random() * 40)}` } };
      },
    });
    await publishAll(hub, surveys.slice(0, EVENTS / 2));
    await sinks[0]?.kill('SIGSTOP');
    await publishAll(hub, surveys.slice(EVENTS / 2));
    // The session of the tests is 6 s: the other takes over what this one has in hand.
    await delay(9_000);
    await sinks[0]?.kill('SIGCONT');
    await delay(1_000);
    const total = EVENTS + (await traffic.stop()).length;
    const counted = () =>
      rowsIn(hub, 'postgres', 'select count(*) as n, count(distinct event_id) as ids from ces_responses');
    await eventually(async () => expect(await counted()).toEqual([{ n: total, ids: total }]), 60_000);
    expect(await rowsIn(hub, 'postgres', 'select sum(next_offset)::bigint as n from sink_offsets')).toEqual([
      { n: total },
    ]);
  }, 180_000);
});
