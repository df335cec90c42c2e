import { Controller } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { HubError } from '#errors';
import { isEventRecord, readEvent, type Decoded } from '#events';
import type { Batch, Message } from '#kafka';
import { Runtime } from '#service';
import { Erasures, visitorOfData } from '#delivery';
import { DeadLetterStore } from './dead-letter.store.ts';
import { RecordWriter } from './record-writer.ts';
import { toEventRow, toRows } from './to-rows.ts';

const NOTHING = { events: [], deliveries: [], attempts: [] };

/** Turns what passes by on the topics into rows; a message is finished when its rows are committed. */
@Controller()
export class RecorderController {
  constructor(
    private readonly writer: RecordWriter,
    private readonly runtime: Runtime,
    private readonly erasures: Erasures,
    private readonly letters: DeadLetterStore,
  ) {}

  @EventPattern('hub.events')
  async recordEvents(batch: Batch<Decoded>): Promise<void> {
    for (const message of batch.messages) this.recordEvent(message);
  }

  @EventPattern('hub.deliveries')
  async recordDeliveries(batch: Batch<Decoded>): Promise<void> {
    this.recordAll(batch);
  }

  @EventPattern('hub.attempts')
  async recordAttempts(batch: Batch<Decoded>): Promise<void> {
    this.recordAll(batch);
  }

  /** Waits, unlike the others: letters are few. What is none makes a letter in its turn, which can be read. */
  @EventPattern('hub.events.dead')
  async recordDeadLetters(batch: Batch<Decoded>): Promise<void> {
    const letters = batch.messages.map(({ decoded: { name, value } }) => {
      if (name === 'hub.pipeline.DeadLetter') return value;
      throw new HubError('HUB_RECORD_UNDECODABLE', `${name} is not a dead letter`);
    });
    await this.letters.add(letters);
    for (const { finish } of batch.messages) finish();
  }

  private recordEvent({ decoded, ...message }: Message<Decoded>): void {
    if (!isEventRecord(decoded))
      throw new HubError('HUB_RECORD_UNDECODABLE', `${decoded.name} is not an event`);
    const read = readEvent({ ...message, decoded });
    if (read.kind === 'refused') return message.finish();
    const { id, tenantId, projectId, data } = read.value;
    const owned = { tenantId, projectId, acceptedAt: message.timestampMs };
    if (this.erasures.hasOwner(owned)) return message.finish();
    const isForgotten = this.erasures.hasVisitor(owned, () => visitorOfData(data));
    if (isForgotten) return this.writer.add({ ...NOTHING, forgotten: [id] }, message.finish);
    this.writer.add(
      { events: [toEventRow(read, message.timestampMs)], deliveries: [], attempts: [] },
      message.finish,
    );
  }

  private recordAll(batch: Batch<Decoded>): void {
    for (const { decoded, finish } of batch.messages) {
      if (this.isOfErased(decoded)) finish();
      else this.writer.add(toRows(decoded), finish);
    }
    this.runtime.metrics.recordsWritten.inc({ kind: batch.topic }, batch.messages.length);
  }

  private isOfErased({ value }: Decoded): boolean {
    return 'destinationId' in value && 'tenantId' in value && this.erasures.hasOwner(value);
  }
}
