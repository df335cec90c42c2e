import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { DeliveryEngine } from '#delivery';
import type { Delivery } from '#events';
import type { Batch } from '#kafka';

/** Hands deliveries, first tries, retries and deferred ones alike, to the lanes of their destinations. */
@Controller()
export class ChannelController {
  constructor(private readonly engine: DeliveryEngine) {}

  @EventPattern('hub.deliveries')
  async deliver(batch: Batch<Delivery>): Promise<void> {
    await this.engine.accept(batch);
  }
}
