import { Module, type DynamicModule } from '@nestjs/common';
import type { Database } from '#database';
import type { Publisher } from '#events';
import { ApiKeyCache, ApiKeyStore, Runtime } from '#service';
import { AcceptEvents, type IngestLimits } from './accept-events.ts';
import { ClaimIds } from './claim-ids.ts';
import { EventIdStore } from './event-id.store.ts';
import { IngestController } from './ingest.controller.ts';

/** Wiring of ingest. */
@Module({})
export class IngestModule {
  static with(parts: {
    runtime: Runtime;
    database: Database;
    publisher: Publisher;
    limits: IngestLimits;
  }): DynamicModule {
    const { runtime, database, publisher, limits } = parts;
    const claims = new ClaimIds(new EventIdStore(database), runtime.log);
    return {
      module: IngestModule,
      controllers: [IngestController],
      providers: [
        { provide: ApiKeyCache, useValue: new ApiKeyCache(new ApiKeyStore(database), runtime.log) },
        {
          provide: AcceptEvents,
          useValue: new AcceptEvents({
            publisher,
            claims,
            limits,
            metrics: runtime.metrics,
            log: runtime.log,
          }),
        },
      ],
    };
  }
}
