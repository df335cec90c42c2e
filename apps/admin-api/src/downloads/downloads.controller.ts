import { Allow, notFound } from '#service';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { DeliveryStore } from '../delivery.store.ts';
import { EventStore } from '../event.store.ts';
import { UuidParamPipe } from '../uuid-param.pipe.ts';

interface FileReply {
  header(name: string, value: string): FileReply;
  send(bytes: Buffer): unknown;
}

const NUMBER = /^[1-9]\d{0,8}$/;

/**
 * Bodies as files. What strangers wrote is never shown as a page of the hub: a browser keeps it, under a name of ours, and
 * takes it for nothing but what it is said to be.
 */
@Controller('/v1/projects/:projectId')
export class DownloadsController {
  constructor(
    private readonly events: EventStore,
    private readonly deliveries: DeliveryStore,
  ) {}

  @Get('events/:eventId/body')
  @Allow('events:read')
  async event(
    @Param('projectId') projectId: string,
    @Param('eventId', UuidParamPipe) eventId: string,
    @Res() reply: FileReply,
  ): Promise<void> {
    const event = await this.events.find(projectId, eventId);
    if (event === undefined) throw notFound();
    sendFile(reply, { name: `event-${eventId}.json`, type: 'application/json', bytes: event.body });
  }

  @Get('deliveries/:deliveryId/attempts/:number/response-body')
  @Allow('deliveries:read')
  async response(
    @Param('projectId') projectId: string,
    @Param('deliveryId', UuidParamPipe) deliveryId: string,
    @Param('number') number: string,
    @Res() reply: FileReply,
  ): Promise<void> {
    if (!NUMBER.test(number)) throw notFound();
    const attempts = await this.deliveries.attempts({ projectId, deliveryId });
    const attempt = attempts.findLast((each) => each.number === Number(number));
    if (attempt === undefined) throw notFound();
    const name = `response-${deliveryId}-${number}.bin`;
    sendFile(reply, { name, type: 'application/octet-stream', bytes: attempt.responseBody });
  }
}

function sendFile(reply: FileReply, file: { name: string; type: string; bytes: Buffer }): void {
  reply
    .header('content-type', file.type)
    .header('content-disposition', `attachment; filename="${file.name}"`)
    .send(file.bytes);
}
