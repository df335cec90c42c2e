import { BlockList, isIPv6 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerOperator } from './health.server.ts';
import { notFound } from './problem.ts';
import { sendException } from './problem.filter.ts';
import type { Runtime } from './runtime.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/**
 * Serves the operator routes beside an API. Whoever reaches the API may ask whether it works; what it counts of everybody,
 * and which part does not work, is told on this machine alone.
 */
export function serveOperator(fastify: FastifyInstance, { health, metrics }: OperatorParts): void {
  fastify.get('/healthz', async (_request, reply) => reply.type('application/json').send('{"status":"ok"}'));
  fastify.get('/readyz', async (request, reply) => {
    const report = await health.report();
    const { isReady } = report;
    return reply.code(isReady ? 200 : 503).send(isOfThisMachine(request) ? report : { isReady });
  });
  fastify.get('/metrics', async (request, reply) => {
    if (!isOfThisMachine(request)) return sendException(reply, notFound(), '/metrics');
    const answer = await answerOperator('/metrics', health, metrics);
    return reply.type(answer?.contentType ?? 'text/plain').send(answer?.body);
  });
}

/** What a process knows about itself. */
export type OperatorParts = Pick<Runtime, 'health' | 'metrics'>;

/** A proxy on this machine brings requests of others: it says so, whether or not it is trusted. */
function isOfThisMachine({ socket, headers }: FastifyRequest): boolean {
  const address = socket.remoteAddress ?? '';
  const isForwarded = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip'].some((name) => name in headers);
  return !isForwarded && LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
