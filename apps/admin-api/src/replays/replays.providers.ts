import type { Database, TenantDatabase } from '#database';
import type { Log } from '#log';
import type { Provider } from '@nestjs/common';
import { DeliveryBodies } from '../delivery-bodies.ts';
import { DeliveryPublisher } from '../delivery-publisher.ts';
import type { ReplayLimits } from './expected-seconds.ts';
import { ReplayJobStore } from './replay-job.store.ts';
import { ReplayStore } from './replay.store.ts';
import { Replays } from './replays.ts';
import { ReplaysController } from './replays.controller.ts';
import { ReplayRunner } from './run-replays.ts';

/** Routes of replays. */
export const REPLAY_CONTROLLERS = [ReplaysController];

/** Wiring of replays. */
export function replayProviders(
  tenantDatabase: TenantDatabase,
  { database, limits, log }: { database: Database; limits: ReplayLimits; log: Log },
): Provider[] {
  const store = new ReplayStore(tenantDatabase);
  return [
    { provide: ReplayStore, useValue: store },
    { provide: Replays, useValue: new Replays(store, limits) },
    {
      provide: ReplayRunner,
      inject: [DeliveryPublisher, DeliveryBodies],
      useFactory: (publisher: DeliveryPublisher, bodies: DeliveryBodies) => {
        const options = {
          store: new ReplayJobStore(database),
          publisher,
          bodies,
          rate: limits.rate,
          now: () => Date.now(),
        };
        return new ReplayRunner(options, log);
      },
    },
  ];
}
