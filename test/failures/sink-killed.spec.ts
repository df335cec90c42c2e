import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { publishAll, sampleEvent } from '../harness/events.ts';
import { startHub, type TestHub } from '../harness/hub.ts';
import { runStack } from '../harness/run-stack.ts';
import { ask, rowsIn, sunk, warehouseEnv } from '../harness/warehouse.ts';

const EVENTS = 30_000;
const KILLS = 20;
/** A minute each; one of them is left to CI, as vitest.config.ts leaves whole files. */
const isCi = process.env['CI'] === 'true';

describe.each(['postgres', 'duckdb'] as const)(
  'a sink killed with kill -9 during a backfill into %s',
  (target) => {
    let hub: TestHub;
    afterEach(() => hub?.end());

    it.skipIf(target === 'duckdb' && !isCi)(
      `${KILLS} times leaves exactly one row an event, and one an assignment`,
      async () => {
        hub = await startHub({ stack: runStack(), apps: ['ingest'], env: { LOG_LEVEL: 'warn' } });
        const env = { ...hub.env, ...warehouseEnv(hub, target) };
        const events = Array.from({ length: EVENTS }, (_, n) =>
          sampleEvent('ces.response_created', { surveyId: `survey-${n % 50}`, score: 1 + (n % 7) }),
        );
        await publishAll(hub, events);
        const sink = hub.addProcess('warehouse-sink', env);
        const stands: number[] = [];
        let reachMs = 600;
        for (let kill = 0; kill < KILLS; kill += 1) {
          // Once all of it is there, the backfill begins anew.
          if (stands.at(-1) === EVENTS) await ask(hub, { kind: 'rewind', offset: 0 });
          await sink.start();
          await delay(Math.random() * reachMs);
          await sink.kill('SIGKILL');
          stands.push(await sunk(hub, target));
          // A machine with much else to do gets no further in that time.
          if (stands.at(-1) === (stands.at(-2) ?? 0)) reachMs *= 1.3;
        }
        await sink.start();
        console.log(
          `${target}: records behind at each kill: ${stands.map((stand) => EVENTS - stand).join(' ')}`,
        );
        // Most kills must have hit it at work, or the test says nothing.
        expect(stands.filter((stand, index) => stand !== (stands[index - 1] ?? 0)).length).toBeGreaterThan(
          KILLS / 4,
        );
        const rows = async () => {
          const [counted] = await rowsIn(
            hub,
            target,
            `select count(*) as n, count(distinct event_id) as ids, sum(score) as score from ces_responses`,
          );
          return counted;
        };
        const expected = {
          n: EVENTS,
          ids: EVENTS,
          score: events.reduce((sum, { data }) => sum + Number(data['score']), 0),
        };
        await eventually(async () => expect(await rows()).toEqual(expected), 60_000);
        await sink.kill('SIGTERM');
        expect(await rows()).toEqual(expected);
        expect(
          await rowsIn(
            hub,
            target,
            'select count(*) as n, count(distinct event_id) as ids from ces_assignments',
          ),
        ).toEqual([{ n: EVENTS, ids: EVENTS }]);
      },
      240_000,
    );
  },
);
