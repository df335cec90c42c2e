import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '#log';
import { requireAccessRules } from './access/require-access-rules.ts';
import { answerOperator } from './health.server.ts';
import { nestLogger } from './nest-logger.ts';
import { ProblemFilter, sendProblem } from './problem.filter.ts';
import { toProblem } from './problem.ts';
import { refuseConnection } from './refuse-connection.ts';
import type { RunningApp } from './run-apps.ts';
import type { Runtime } from './runtime.ts';

const REQUEST_TIMEOUT_MS = 30_000;

/** An HTTP API: what it serves and the largest body it reads. */
export interface HttpApi {
  module: Type | DynamicModule;
  bodyLimitBytes: number;
  /** Adds to the application before it listens, such as API documents. */
  prepare?: (app: NestFastifyApplication) => void;
}

/** An HTTP application that speaks JSON and answers every failure as a problem. It does not listen yet. */
export async function createHttpApp(api: HttpApi, log: Log): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: api.bodyLimitBytes,
    // What the router refuses before any route is known: a malformed escape, a parameter that is too long.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const instance = request.url.split('?', 1)[0];
      sendProblem(
        reply,
        toProblem(error.statusCode ?? 400, 'The URL of the request is not valid.', { instance }),
      );
    },
    clientErrorHandler: refuseConnection,
    // How long a client may take to send its request; without it a drip holds a connection for ever.
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
  });
  // Nest's own parsers would also take forms.
  const app = await NestFactory.create<NestFastifyApplication>(api.module, adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  requireAccessRules(app);
  takeOnlyJson(app.getHttpAdapter().getInstance());
  app.useGlobalFilters(new ProblemFilter(log));
  api.prepare?.(app);
  return app;
}

/** Serves an API on HTTP_HOST:HTTP_PORT, beside `/healthz`, `/readyz` and `/metrics`. */
export async function startHttp(
  runtime: Runtime,
  api: HttpApi,
  address: { HTTP_HOST: string; HTTP_PORT: number },
): Promise<RunningApp & { url: string }> {
  const app = await createHttpApp(api, runtime.log);
  serveOperator(app.getHttpAdapter().getInstance(), runtime);
  await app.listen(address.HTTP_PORT, address.HTTP_HOST);
  const url = await app.getUrl();
  runtime.log.info({ url }, 'http.listening');
  return { url, stop: () => app.close() };
}

function takeOnlyJson(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients that set the type on each request send it with an empty body too.
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString(), (error, value) => done(error as FastifyError | null, value));
  });
}

function serveOperator(fastify: FastifyInstance, { health, metrics }: Runtime): void {
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    fastify.get(path, async (_request, reply) => {
      const answer = await answerOperator(path, health, metrics);
      return reply
        .code(answer?.status ?? 404)
        .type(answer?.contentType ?? 'text/plain')
        .send(answer?.body ?? '');
    });
  }
}
