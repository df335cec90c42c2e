import { Module, type DynamicModule } from '@nestjs/common';
import { DeliveryEngine } from '#delivery';
import { ChannelController } from './channel.controller.ts';

/** Wiring of a channel's worker. */
@Module({})
export class ChannelModule {
  static with({ engine }: { engine: DeliveryEngine }): DynamicModule {
    return {
      module: ChannelModule,
      controllers: [ChannelController],
      providers: [{ provide: DeliveryEngine, useValue: engine }],
    };
  }
}
