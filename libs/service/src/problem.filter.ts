import { HubError, type ErrorCode } from '#errors';
import type { Log } from '#log';
import { HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { toProblem, type FieldError, type Problem } from './problem.ts';

const RETRY_AFTER_SECONDS = '5';
const UNAVAILABLE: ReadonlySet<ErrorCode> = new Set([
  'HUB_DATABASE_UNAVAILABLE',
  'HUB_KAFKA_UNAVAILABLE',
  'HUB_REGISTRY_UNAVAILABLE',
]);

// Plain words for what the HTTP server refuses before any of our code runs.
const DETAILS: Readonly<Record<number, string>> = {
  400: 'The request could not be read: its body must be valid JSON.',
  404: 'There is no such resource.',
  405: 'This resource does not take that method.',
  413: 'The body of the request is too large.',
  414: 'The URL of the request is too long.',
  415: 'The body must be sent as application/json.',
};

interface Reply {
  code(status: number): Reply;
  header(name: string, value: string): Reply;
  type(value: string): Reply;
  send(body: string): unknown;
}

/** Answers every failed HTTP request as RFC 9457 JSON: never a stack, an inside address or a driver's message. */
export class ProblemFilter implements ExceptionFilter {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<{ method: string; url: string }>();
    const path = request.url.split('?', 1)[0] ?? '/';
    const problem = { ...describe(error), instance: path };
    if (problem.status === 500)
      this.#log.error({ err: error, method: request.method, path }, 'request.failed');
    sendProblem(http.getResponse<Reply>(), problem, retryAfterOf(error));
  }
}

/** Writes a problem to a Fastify reply, with the headers that belong to its status. */
export function sendProblem(reply: Reply, problem: Problem, retryAfter?: string): void {
  if (problem.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="ttoolab-hub"');
  reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

/** Writes an exception of our own where no filter is there to do so. @param instance path of the request */
export function sendException(reply: Reply, error: HttpException, instance: string): void {
  sendProblem(reply, { ...describe(error), instance }, retryAfterOf(error));
}

function retryAfterOf(error: unknown): string | undefined {
  const own: unknown = error instanceof HttpException ? error.getResponse() : undefined;
  const isTimed = typeof own === 'object' && own !== null && 'retryAfterSeconds' in own;
  return isTimed ? String(own.retryAfterSeconds) : undefined;
}

function describe(error: unknown): Problem {
  if (error instanceof HubError && UNAVAILABLE.has(error.code)) {
    return toProblem(503, 'A part that the hub depends on does not answer. Try again shortly.');
  }
  const own = error instanceof HttpException ? error.getResponse() : undefined;
  if (error instanceof HttpException && isOwn(own))
    return toProblem(error.getStatus(), own.detail, { errors: own.errors });
  const status = isOrphan(error) ? 404 : statusOf(error);
  if (status < 400 || status >= 500) return toProblem(500, 'Something went wrong on our side.');
  return toProblem(status, DETAILS[status] ?? 'The request could not be handled.');
}

/** A row was to belong to a project or a tenant that was deleted at the same time. */
function isOrphan(error: unknown): boolean {
  if (!(error instanceof HubError) || error.code !== 'HUB_DATABASE_REFUSED') return false;
  const { constraint } = error.context;
  return typeof constraint === 'string' && /_(?:project|tenant)_id_fkey$/.test(constraint);
}

function isOwn(response: unknown): response is { detail: string; errors?: FieldError[] } {
  return typeof response === 'object' && response !== null && 'detail' in response;
}

// Fastify's own refusals (body too large, media type, bad JSON) carry the status as `statusCode`.
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
