import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** Serves Swagger UI at `/docs` and its document at `/docs/openapi.json`. Give the result to `prepare` of an HTTP API. */
export function serveDocs(document: OpenAPIObject): (app: NestFastifyApplication) => void {
  return (app) => {
    SwaggerModule.setup('docs', app, document, {
      jsonDocumentUrl: 'docs/openapi.json',
      yamlDocumentUrl: 'docs/openapi.yaml',
      customSiteTitle: 'Ttoolab hub API',
      swaggerOptions: { persistAuthorization: true },
    });
  };
}
