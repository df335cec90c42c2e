import { Allow, ZodBodyPipe, type AuthenticatedRequest } from '#service';
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { UuidParamPipe } from '../uuid-param.pipe.ts';
import { EventFeed } from './event-feed.ts';
import { pullQuery, toFeedCursor, type PullQuery } from './pull.request.ts';

/** An event as whoever pulls gets it. */
interface PulledEvent {
  id: string;
  type: string;
  createdAt: Date;
  acceptedAt: Date;
  headers: Record<string, string>;
  body: string | null;
  problem: string | null;
}

/** The events of a webhook for those that no request reaches. */
@Controller('/v1/projects/:projectId/webhooks/:webhookId/events')
export class PullController {
  constructor(private readonly feed: EventFeed) {}

  @Get()
  @Allow('events:read')
  async pull(
    @Req() request: AuthenticatedRequest & FastifyRequest,
    @Param('projectId') projectId: string,
    @Param('webhookId', UuidParamPipe) webhookId: string,
    @Query(new ZodBodyPipe(pullQuery, 'query')) query: PullQuery,
  ): Promise<{ items: PulledEvent[]; nextCursor: string }> {
    const isGone = () => request.raw.destroyed;
    const { events, next } = await this.feed.pull({ projectId, webhookId }, query, isGone);
    // Meanwhile the key may have been revoked.
    if (query.waitSeconds > 0) await request.admitAgain?.();
    const items = events.map(({ id, type, createdAt, acceptedAt, body, problem }) => ({
      id,
      type,
      createdAt,
      acceptedAt,
      headers: headersOf(id, type),
      body: body?.toString('utf8') ?? null,
      problem,
    }));
    return { items, nextCursor: toFeedCursor(next) };
  }
}

/** Those of a request that tell of the event. Signatures tell who sends; here that is who was asked. */
function headersOf(id: string, type: string): Record<string, string> {
  return {
    'X-Ttoolab-Event-Id': id,
    'X-Ttoolab-Event-Type': type,
    'Content-Type': 'application/json',
    'webhook-id': id,
  };
}
