import type { FastifyInstance, FastifyRequest } from 'fastify';

const HSTS_SECONDS = 31_536_000;

/** What a browser may do with an answer that is no page: nothing. Pages say more, in place of this. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";
// Swagger UI styles its elements in place. Its scripts are files.
const DOCS =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const EVERYWHERE = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Not `no-referrer`: forms of our own pages would then send `Origin: null`, and be refused as foreign ones.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Gives every answer the headers that keep browsers from running, framing or leaking it. Routes with pages replace the
 * policy by their own. There are no headers for other origins (CORS), so browsers let no foreign page read an answer.
 */
export function sendSafeHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers(safeHeadersOf(request));
  });
}

/** The headers of an answer, until a route says otherwise. */
export function safeHeadersOf({
  url,
  protocol,
}: Pick<FastifyRequest, 'url' | 'protocol'>): Record<string, string> {
  const path = url.split('?', 1)[0] ?? '';
  const isDocs = path === '/docs' || path.startsWith('/docs/');
  return {
    ...EVERYWHERE,
    'content-security-policy': isDocs ? DOCS : NO_PAGE,
    // Answers of the API are for whoever asked, now: some hold what is shown once.
    ...(path.startsWith('/v1/') && { 'cache-control': 'no-store' }),
    ...(protocol === 'https' && {
      'strict-transport-security': `max-age=${HSTS_SECONDS}; includeSubDomains`,
    }),
  };
}
