import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { loadConfig, type Config } from '#config';
import type { Log } from '#log';
import { requireAccessRules } from './access/require-access-rules.ts';
import { limitRequests } from './limits/limit-requests.ts';
import { RateLimits } from './limits/rate-limits.ts';
import { nestLogger } from './nest-logger.ts';
import { ProblemFilter, sendProblem } from './problem.filter.ts';
import { toProblem } from './problem.ts';
import { refuseConnection } from './refuse-connection.ts';
import type { RunningApp } from './run-apps.ts';
import { serveOperator } from './serve-operator.ts';
import { safeHeadersOf, sendSafeHeaders } from './send-safe-headers.ts';
import type { Runtime } from './runtime.ts';

/** A client that is silent for so long, while it sends or while it reads, is cut off. Send test takes 35 s. */
const SILENCE_MS = 65_000;
const KEEP_ALIVE_MS = 72_000;
const MAX_HEADER_BYTES = 16 * 1_024;
const CHECK_CONNECTIONS_MS = 1_000;

/** How the server treats its clients; `config.http` and `config.limits` together. */
export type ServerSettings = Pick<
  Config<'http'>['http'],
  'HTTP_HEADERS_TIMEOUT' | 'HTTP_REQUEST_TIMEOUT' | 'TRUSTED_PROXIES'
> &
  Config<'limits'>['limits'];

/** An HTTP API: what it serves and the largest body it reads. */
export interface HttpApi {
  module: Type | DynamicModule;
  bodyLimitBytes: number;
  /** Adds to the application before it listens, such as API documents. */
  prepare?: (app: NestFastifyApplication) => void;
  /** Those of the environment unless told. */
  settings?: ServerSettings;
}

/** An HTTP application that speaks JSON and answers every failure as a problem. It does not listen yet. */
export async function createHttpApp(api: HttpApi, log: Log): Promise<NestFastifyApplication> {
  const settings = api.settings ?? readSettings();
  const adapter = new FastifyAdapter({
    bodyLimit: api.bodyLimitBytes,
    // Anybody can send X-Forwarded-For: it counts only from whom the operator named.
    trustProxy: settings.TRUSTED_PROXIES.length > 0 ? [...settings.TRUSTED_PROXIES] : false,
    // What the router refuses before any route is known: a malformed escape, a parameter that is too long.
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const instance = request.url.split('?', 1)[0];
      sendProblem(
        reply.headers(safeHeadersOf(request)),
        toProblem(error.statusCode ?? 400, 'The URL of the request is not valid.', { instance }),
      );
    },
    clientErrorHandler: refuseConnection,
    // How long a client may take to send its request; without it a drip holds a connection for ever.
    requestTimeout: settings.HTTP_REQUEST_TIMEOUT,
    connectionTimeout: SILENCE_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: settings.HTTP_HEADERS_TIMEOUT,
      connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    forceCloseConnections: 'idle',
  });
  // Nest's own parsers would also take forms.
  const app = await NestFactory.create<NestFastifyApplication>(api.module, adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  requireAccessRules(app);
  const fastify = app.getHttpAdapter().getInstance();
  takeOnlyJson(fastify);
  sendSafeHeaders(fastify);
  limitRequests(fastify, new RateLimits(settings));
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

function readSettings(): ServerSettings {
  const { http, limits } = loadConfig(['http', 'limits']);
  return { ...http, ...limits };
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
