import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApi, type TestApi } from '../../../test/harness/admin-api.ts';

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, unknown>; requestBody?: unknown }>>;
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
});
afterAll(() => api?.close());

describe('the API documents', () => {
  it('are served without a key, as a page and as OpenAPI', async () => {
    const page = await api.app.inject('/docs');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('swagger-ui');
    expect((await api.app.inject('/docs/openapi.json')).json()).toMatchObject({
      openapi: '3.1.0',
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } } },
    });
  });

  it('describe each route and no other', async () => {
    const { paths } = (await api.app.inject('/docs/openapi.json')).json<Document>();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
    expect(described.toSorted()).toEqual(api.routes.toSorted());
  });

  it('tell the fields of requests and answers', async () => {
    const { paths } = (await api.app.inject('/docs/openapi.json')).json<Document>();
    const create = paths['/v1/projects/{projectId}/webhooks']?.post;
    expect(create?.requestBody).toMatchObject({
      content: {
        'application/json': {
          schema: { required: ['name', 'url', 'eventTypes'], additionalProperties: false },
        },
      },
    });
    expect(create?.responses[201]).toMatchObject({
      content: { 'application/json': { schema: { properties: { secret: { type: 'string' } } } } },
    });
    expect(Object.keys(create?.responses ?? {})).toEqual([
      '201',
      '400',
      '401',
      '403',
      '404',
      '409',
      '413',
      '415',
      '429',
      '503',
    ]);
  });
});
