import { Allow, problem } from '#service';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LiveUpdates } from './live-updates.ts';

const BEAT_MS = 15_000;
/** A stream ends after this and its client comes again, so that a session that was ended does not look on for ever. */
const LONGEST_MS = 10 * 60_000;

/** Says that something changed; what, the page asks for itself. */
@Controller('/v1/projects/:projectId/live')
export class LiveController {
  constructor(private readonly updates: LiveUpdates) {}

  @Get()
  @Allow('deliveries:read')
  follow(
    @Param('projectId') projectId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    const write = (text: string) => void reply.raw.write(text);
    const stop = this.updates.follow(projectId, {
      changed: (topics) => write(`event: changed\ndata: ${topics.join(',')}\n\n`),
      ended: () => void reply.raw.end(),
    });
    if (stop === undefined)
      throw problem(429, 'Too many pages follow this project at once. Close some of them.');
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that gather an answer before they pass it on would hold every word back.
      'x-accel-buffering': 'no',
    });
    write('retry: 3000\n\nevent: open\ndata:\n\n');
    const beat = setInterval(() => write(': still here\n\n'), BEAT_MS);
    const end = setTimeout(() => reply.raw.end(), LONGEST_MS);
    const close = () => {
      clearInterval(beat);
      clearTimeout(end);
      stop();
    };
    request.raw.once('close', close);
    reply.raw.once('close', close);
  }
}
