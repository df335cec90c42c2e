import { fileURLToPath } from 'node:url';
import { Health, Metrics, serveOperator } from '#service';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { serveDashboard } from '../../apps/admin-api/src/dashboard/serve-dashboard.ts';
import { startApi, type TestApi } from '../harness/admin-api.ts';
import { seedWalls, type Headers, type Params, type Walls } from '../harness/walls.ts';

const DASHBOARD = fileURLToPath(new URL('../../dist/apps/dashboard/', import.meta.url));
const FAR_AWAY = '192.0.2.9';

/**
 * Every route that is no part of the API, each open to everybody on purpose: what it answers to this machine, and to
 * others. Of those below /v1, walls.db.spec.ts says which are public.
 */
const OPEN: Record<string, { paths: string[]; here: number; elsewhere?: number }> = {
  'GET /healthz': { paths: ['/healthz'], here: 200 },
  'GET /readyz': { paths: ['/readyz'], here: 200 },
  'GET /metrics': { paths: ['/metrics'], here: 200, elsewhere: 404 },
  'GET /docs': { paths: ['/docs'], here: 200 },
  'GET /docs/': { paths: ['/docs/'], here: 200 },
  'GET /docs/index.html': { paths: ['/docs/index.html'], here: 200 },
  'GET /docs/LICENSE': { paths: ['/docs/LICENSE'], here: 404 },
  'GET /docs/openapi.json': { paths: ['/docs/openapi.json'], here: 200 },
  'GET /docs/openapi.yaml': { paths: ['/docs/openapi.yaml'], here: 200 },
  'GET /docs/swagger-ui-init.js': { paths: ['/docs/swagger-ui-init.js'], here: 200 },
  'GET /docs/docs/swagger-ui-init.js': { paths: ['/docs/docs/swagger-ui-init.js'], here: 200 },
  'HEAD,GET /docs/*': { paths: ['/docs/swagger-ui.css'], here: 200 },
  'GET /favicon.svg': { paths: ['/favicon.svg'], here: 200 },
  'GET /*': { paths: ['/', '/sign-in', '/projects/x/webhooks'], here: 200 },
  'HEAD,GET /assets/*': { paths: [], here: 200 },
};
/** What looks as if it led past a wall: none of it is anything. */
const TRICKS = [
  '/V1/me',
  '//v1/me',
  '/v1//me',
  '/v1%2fme',
  '/%76%31/nothing',
  '/v1/nothing',
  '/docs/../v1/nothing',
  '/assets/../index.html',
  '/assets/%2e%2e/index.html',
  '/assets/..%2f..%2f..%2fpackage.json',
  '/docs/..%2fpackage.json',
  '/docs/%2e%2e/package.json',
  '/inspect/x',
  '/auth/sign-in',
];

let api: TestApi;
let walls: Walls;
beforeAll(async () => {
  const parts = { health: new Health(), metrics: new Metrics() };
  api = await startApi(inject('databaseUrl'), 2_000, {}, (app) => {
    serveDashboard(app, DASHBOARD);
    serveOperator(app.getHttpAdapter().getInstance(), parts);
  });
  walls = await seedWalls(api);
  const [, script = ''] = /src="(\/assets\/[^"]+)"/.exec((await ask('/')).body) ?? [];
  OPEN['HEAD,GET /assets/*']?.paths.push(script);
});
afterAll(() => api?.close());

/** Without what differs by chance: a page's nonce, and the time. */
async function ask(path: string, headers: Headers = {}, method = 'GET', remoteAddress = '127.0.0.1') {
  const answer = await api.app.inject({ method: method as 'GET', url: path, headers, remoteAddress });
  const body = answer.body.replaceAll(/csp-nonce" content="[^"]+"/g, 'csp-nonce"');
  return { status: answer.statusCode, body };
}

const open = () =>
  Object.values(OPEN).flatMap(({ paths, ...rest }) => paths.map((path) => ({ path, ...rest })));
const idsOf = (params: Params) => Object.values(params).filter((id) => id.length === 36);

describe('the routes beside the API', () => {
  it('are those that are open on purpose', () => {
    expect(api.outerRoutes.toSorted()).toEqual(Object.keys(OPEN).toSorted());
    expect(open().every(({ path }) => path.startsWith('/'))).toBe(true);
  });

  it('answer whoever asks, and numbers of the whole hub to its own machine alone', async () => {
    for (const { path, here, elsewhere = here } of open()) {
      expect([path, (await ask(path)).status]).toEqual([path, here]);
      expect([path, (await ask(path, {}, 'GET', FAR_AWAY)).status]).toEqual([path, elsewhere]);
      const forwarded = { 'x-forwarded-for': '127.0.0.1' };
      expect([path, (await ask(path, forwarded)).status]).toEqual([path, elsewhere]);
    }
  });

  it('say the same to everybody, and nothing of anybody', async () => {
    const everybody = [walls.owner, walls.siblingKey, ...Object.values(walls.strangers)];
    const ids = [...idsOf(walls.home), ...idsOf(walls.other)];
    for (const { path } of open().filter((route) => route.path !== '/metrics')) {
      const nobody = await ask(path);
      for (const headers of everybody) expect(await ask(path, headers), path).toEqual(nobody);
    }
    for (const { path } of open()) {
      const { body } = await ask(path, walls.owner);
      expect(
        ids.filter((id) => body.includes(id)),
        path,
      ).toEqual([]);
    }
  });

  it('take nothing', async () => {
    for (const { path } of open())
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const { status } = await ask(path, walls.owner, method);
        expect([method, path, status]).toEqual([method, path, 404]);
      }
  });

  it('are not led past by a path that is written in another way', async () => {
    const page = (await ask('/')).body;
    for (const path of TRICKS) {
      const { status, body } = await ask(path);
      if (body !== page) expect([path, [400, 401, 404].includes(status)]).toEqual([path, true]);
    }
  });
});

describe('the inspector, on a port of its own', () => {
  const reach = (path: string, init?: RequestInit) => fetch(`${inspectorUrl()}${path}`, init);
  const inspectorUrl = () => new URL(shown.url).origin;
  let shown: { url: string };
  beforeAll(async () => {
    const headers = walls.owner;
    const url = `/v1/projects/${walls.home['projectId']}/inspector`;
    shown = (await api.app.inject({ url, headers })).json();
  });

  it('knows nothing but its tokens, and shows nothing to who has one', async () => {
    const { pathname } = new URL(shown.url);
    expect((await reach(pathname, { method: 'POST', body: '{}' })).status).toBe(200);
    expect((await reach(pathname, { headers: walls.owner })).status).toBe(405);
    for (const path of ['/', '/inspect/', '/inspect/x', `${pathname}x`, '/v1/me', '/metrics', '/healthz'])
      for (const headers of [{}, walls.siblingKey]) {
        const answer = await reach(path, { method: 'POST', headers, body: '{}' });
        expect([path, answer.status]).toEqual([path, 404]);
        expect(await answer.text()).toBe('There is no inspector at this address.\n');
      }
  });
});
