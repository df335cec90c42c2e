import { Module, type DynamicModule } from '@nestjs/common';
import { DeliveryEngine } from '#delivery';
import { WebhookWorkerController } from './webhook-worker.controller.ts';

/** Wiring of the webhook worker. */
@Module({})
export class WebhookWorkerModule {
  static with({ engine }: { engine: DeliveryEngine }): DynamicModule {
    return {
      module: WebhookWorkerModule,
      controllers: [WebhookWorkerController],
      providers: [{ provide: DeliveryEngine, useValue: engine }],
    };
  }
}
