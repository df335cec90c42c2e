import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { Allow, projectOf, type AuthenticatedRequest } from '#service';
import { AcceptEvents } from './accept-events.ts';
import { toException, toItem, type BatchItem } from './show-answer.ts';

interface StatusReply {
  code: (status: number) => unknown;
}

/** `POST /v1/events` and `POST /v1/events/batch`. */
@Controller('v1/events')
export class IngestController {
  constructor(private readonly events: AcceptEvents) {}

  @Post()
  @HttpCode(202)
  @Allow('events:write')
  async accept(@Body() body: unknown, @Req() request: AuthenticatedRequest): Promise<{ id: string }> {
    const answer = await this.events.one(body, projectOf(request));
    if (answer.kind === 'accepted') return { id: answer.id };
    throw toException(answer);
  }

  /** One answer an item, in order; 202 when all were accepted, 207 otherwise. */
  @Post('batch')
  @Allow('events:write')
  async acceptBatch(
    @Body() body: unknown,
    @Req() request: AuthenticatedRequest,
    @Res({ passthrough: true }) reply: StatusReply,
  ): Promise<{ items: BatchItem[] }> {
    const answers = await this.events.many(body, projectOf(request));
    if (!Array.isArray(answers)) throw toException(answers);
    reply.code(answers.every(({ kind }) => kind === 'accepted') ? 202 : 207);
    return { items: answers.map((answer) => toItem(answer)) };
  }
}
