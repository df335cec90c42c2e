import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { isRefused, type WrittenEvent } from '#events';
import type { Batch } from '#kafka';
import { SinkWriter } from './sink-writer.ts';

/** Hands events to the writer; a message is finished when the warehouse has it. */
@Controller()
export class WarehouseSinkController {
  constructor(private readonly writer: SinkWriter) {}

  @EventPattern('hub.events')
  async write(batch: Batch<WrittenEvent | undefined>): Promise<void> {
    this.writer.add(
      batch.messages.map((message) => (isRefused(message) ? { ...message, decoded: undefined } : message)),
    );
  }
}
