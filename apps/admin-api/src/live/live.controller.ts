import { accessOf, Allow, problem, projectOf, type Access, type AuthenticatedRequest } from '#service';
import { Controller, Get, HttpException, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LiveUpdates } from './live-updates.ts';

const BEAT_MS = 15_000;
/** How soon a stream ends whose session has ended, whose member was removed or whose key was revoked. */
const ADMIT_EVERY_MS = 2_500;
/** A stream ends after this and its client comes again, so that nothing is open for ever. */
const LONGEST_MS = 10 * 60_000;

/** Says that something changed; what, the page asks for itself. */
@Controller('/v1/projects/:projectId/live')
export class LiveController {
  constructor(private readonly updates: LiveUpdates) {}

  @Get()
  @Allow('deliveries:read')
  follow(@Req() request: AuthenticatedRequest & FastifyRequest, @Res() reply: FastifyReply): void {
    const write = (text: string) => void reply.raw.write(text);
    const { tenantId, projectId } = projectOf(request);
    const callerId = callerOf(accessOf(request));
    const stop = this.updates.follow(
      // A UUID means the same in upper case, and must not count as another project.
      { tenantId: tenantId.toLowerCase(), projectId: projectId.toLowerCase(), callerId },
      {
        changed: (topics) => write(`event: changed\ndata: ${topics.join(',')}\n\n`),
        ended: () => end(),
      },
    );
    if (stop === undefined)
      throw problem(429, 'Too many pages follow this project, or are open at once. Close some of them.');
    reply.hijack();
    const beat = setInterval(() => write(': still here\n\n'), BEAT_MS);
    const admission = setInterval(() => void admitAgain(request, end), ADMIT_EVERY_MS);
    const longest = setTimeout(() => end(), LONGEST_MS);
    const close = () => {
      clearInterval(beat);
      clearInterval(admission);
      clearTimeout(longest);
      stop();
    };
    const end = () => {
      close();
      reply.raw.end();
    };
    request.raw.once('close', close);
    reply.raw.once('close', close);
    // Whoever left while the guard was asking has closed already, and nothing would say so again.
    if (request.raw.destroyed || reply.raw.destroyed) return close();
    open(reply);
  }
}

function open({ raw }: FastifyReply): void {
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Proxies that gather an answer before they pass it on would hold every word back.
    'x-accel-buffering': 'no',
  });
  raw.write('retry: 3000\n\nevent: open\ndata:\n\n');
}

function callerOf({ principal }: Access): string {
  return principal.kind === 'api-key' ? principal.keyId : principal.userId;
}

/** While the database is away nobody can tell, and nothing is told either: the stream goes on. */
async function admitAgain(request: AuthenticatedRequest, end: () => void): Promise<void> {
  try {
    await request.admitAgain?.();
  } catch (error) {
    if (error instanceof HttpException) end();
  }
}
