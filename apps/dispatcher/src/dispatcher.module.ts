import { Module, type DynamicModule } from '@nestjs/common';
import { Erasures, RoutingTable } from '#delivery';
import { Codec } from '#events';
import { Producer } from '#kafka';
import { Runtime } from '#service';
import { DispatcherController } from './dispatcher.controller.ts';

/** Wiring of the dispatcher. */
@Module({})
export class DispatcherModule {
  static with(parts: {
    runtime: Runtime;
    codec: Codec;
    producer: Producer;
    routing: RoutingTable;
    erasures: Erasures;
  }): DynamicModule {
    return {
      module: DispatcherModule,
      controllers: [DispatcherController],
      providers: [
        { provide: Runtime, useValue: parts.runtime },
        { provide: Codec, useValue: parts.codec },
        { provide: Producer, useValue: parts.producer },
        { provide: RoutingTable, useValue: parts.routing },
        { provide: Erasures, useValue: parts.erasures },
      ],
    };
  }
}
