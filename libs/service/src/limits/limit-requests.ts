import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpException } from '@nestjs/common';
import { sendException } from '../problem.filter.ts';
import type { RateLimits } from './rate-limits.ts';

/** Routes of which one address may only try some: behind them are passwords and tokens that could be guessed. */
const SIGN_IN = /^\/(?:v1\/)?(?:auth\/|me\/(?:password|email)$)/;
/** An orchestrator asks them as often as it likes. */
const OPERATOR = new Set(['/healthz', '/readyz', '/metrics']);

/** Counts each request by its address before anything else is done for it, and hands the limits on to the guard. */
export function limitRequests(fastify: FastifyInstance, limits: RateLimits): void {
  fastify.decorateRequest('limits', undefined);
  fastify.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    Object.assign(request, { limits });
    // The route that was found: the path itself can be written in many ways.
    const route = request.routeOptions.url ?? '';
    if (OPERATOR.has(route)) return undefined;
    try {
      await limits.takeAddress(request.ip);
      if (request.method !== 'GET' && SIGN_IN.test(route)) await limits.takeSignIn(request.ip);
      return undefined;
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      sendException(reply, error, request.url.split('?', 1)[0] ?? '');
      return reply;
    }
  });
}
