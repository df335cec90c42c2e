import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';

/** Where the build puts the dashboard, beside this app. */
const BUILT = fileURLToPath(new URL('../../../dashboard/', import.meta.url));
const YEAR_SECONDS = 31_536_000;
const NONCE_BYTES = 16;

/** What belongs to the API: an unknown address there is a 404 with a problem, never the page. */
const RESERVED = /^\/(v1|auth|docs|inspect|assets|healthz|readyz|metrics)(\/|$)/;

/** Serves the dashboard: its files for ever, its one page, for every address that is not the API's, never from a cache. */
export function serveDashboard(app: NestFastifyApplication, folder = BUILT): void {
  const file = join(folder, 'index.html');
  // From sources alone, as in tests of the API, there is none.
  if (!existsSync(file)) return;
  const page = readFileSync(file, 'utf8');
  const fastify = app.getHttpAdapter().getInstance();
  void fastify.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    preCompressed: true,
    index: false,
    cacheControl: false,
    setHeaders: (reply) => void reply.header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`),
  });
  const icon = readFileSync(join(folder, 'favicon.svg'));
  fastify.get('/favicon.svg', (_request, reply) => reply.type('image/svg+xml').send(icon));
  fastify.get('/*', (request, reply) => {
    const [path = '/'] = request.url.split('?', 1);
    if (RESERVED.test(path)) return reply.callNotFound();
    return sendPage(page, reply);
  });
}

function sendPage(page: string, reply: FastifyReply): FastifyReply {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  return reply
    .headers({ ...PAGE_HEADERS, 'content-security-policy': policy(nonce) })
    .type('text/html; charset=utf-8')
    .send(page.replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`));
}

// Scripts come from files alone. The component library adds style elements, which carry the nonce of their page.
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

const PAGE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};
