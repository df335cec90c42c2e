import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';

/** One route of an API, as its document tells it. */
export interface ApiOperation {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  id: string;
  summary: string;
  tag: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Whether a request may come without a body. */
  isBodyOptional?: boolean;
  status?: number;
  /** None for 204. */
  answer?: z.ZodType;
  /** Whether the answer is a stream of server-sent events. */
  isStream?: boolean;
  /** Media type of an answer that is a file to be kept. */
  download?: string;
  /** A second kind of success. */
  other?: { status: number; description: string; answer: z.ZodType };
  /** Why a 409 may come. */
  conflict?: string;
  /** Why a 410 may come. */
  gone?: string;
  /** Whether it needs no credential. */
  isPublic?: boolean;
}

/** What every refusal looks like (RFC 9457). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), rule: z.string() })).optional(),
});

const PROBLEMS: Readonly<Record<number, string>> = {
  400: 'A field, a parameter or the body is not valid; `errors` names each field and the rule it breaks.',
  401: 'There is no credential, or it is unknown, revoked or expired.',
  403: 'The credential is good, but not allowed to do this: see docs/permissions.md.',
  404: 'There is no such resource, or it belongs to somebody else.',
  413: 'The body is too large.',
  415: 'The body is not sent as application/json.',
  429: 'Too many requests of this credential, tenant or address. Try again after `Retry-After`.',
  503: 'A part that the hub depends on does not answer. Try again after `Retry-After`.',
};

/** The OpenAPI 3.1 document of some routes, made from the schemas that check their requests. */
export function describeApi(operations: readonly ApiOperation[]): OpenAPIObject {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method] = describe(operation);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ttoolab hub',
      version: '1',
      description: 'Publish events; manage, test and inspect the webhooks of a project.',
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'API key of a project: thk_…' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'hub.session_token',
          description:
            'Session of a person, from POST /v1/auth/sign-in; `__Secure-` stands before its name on https.',
        },
      },
    },
    security: [{ apiKey: [] }, { session: [] }],
  };
}

function describe(operation: ApiOperation): object {
  const { id, summary, tag, status = 200, conflict, gone, other } = operation;
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(operation.isPublic && { security: [] }),
    parameters: parametersOf(operation),
    ...(operation.body && {
      requestBody: { required: !operation.isBodyOptional, content: jsonOf(operation.body, 'input') },
    }),
    responses: {
      [status]: { description: 'Done.', ...contentOf(operation) },
      ...(other && {
        [other.status]: { description: other.description, content: jsonOf(other.answer, 'output') },
      }),
      ...problemsOf(operation),
      ...(conflict && { 409: problemOf(conflict) }),
      ...(gone && { 410: problemOf(gone) }),
    },
  };
}

function contentOf({ answer, isStream, download }: ApiOperation): object {
  // What is downloaded as JSON is a value, not a text; its type tells the rest.
  if (download === 'application/json') return { content: { [download]: { schema: {} } } };
  if (download !== undefined)
    return { content: { [download]: { schema: { type: 'string', format: 'binary' } } } };
  if (isStream) return { content: { 'text/event-stream': { schema: { type: 'string' } } } };
  return answer ? { content: jsonOf(answer, 'output') } : {};
}

function parametersOf({ path, query }: ApiOperation): object[] {
  const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'number' ? { type: 'integer', minimum: 1 } : { type: 'string', format: 'uuid' },
  }));
  const queried = Object.entries(query?.shape ?? {}).map(([name, rule]) => {
    const { description, ...schema } = schemaOf(rule as z.ZodType, 'input') as { description?: string };
    return { name, in: 'query', required: false, description, schema };
  });
  return [...named, ...queried];
}

function problemsOf({ body, path, query }: ApiOperation): Record<string, object> {
  const isUsed = (status: number) => {
    if (status === 400) return body !== undefined || query !== undefined;
    if (status === 404) return path.includes('{');
    return (status !== 413 && status !== 415) || body !== undefined;
  };
  const used = Object.entries(PROBLEMS).filter(([status]) => isUsed(Number(status)));
  return Object.fromEntries(used.map(([status, description]) => [status, problemOf(description)]));
}

const problemOf = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const jsonOf = (schema: z.ZodType, io: 'input' | 'output') => ({
  'application/json': { schema: schemaOf(schema, io) },
});

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

/** Serves Swagger UI at `/docs` and its document at `/docs/openapi.json`. Give the result to `prepare` of an HTTP API. */
export function serveDocs(operations: readonly ApiOperation[]): (app: NestFastifyApplication) => void {
  const document = describeApi(operations);
  return (app) => {
    SwaggerModule.setup('docs', app, document, {
      jsonDocumentUrl: 'docs/openapi.json',
      yamlDocumentUrl: 'docs/openapi.yaml',
      customSiteTitle: 'Ttoolab hub API',
      swaggerOptions: { persistAuthorization: true },
    });
  };
}
