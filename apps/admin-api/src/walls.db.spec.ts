import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql, TenantDatabase } from '#database';
import { startApi, type TestApi } from '../../../test/harness/admin-api.ts';
import { rowsOf, seedWalls, type Headers, type Params, type Walls } from '../../../test/harness/walls.ts';

/** What each route for everybody answers to whoever knows nothing. */
const PUBLIC: Record<string, { body?: unknown; status: number }> = {
  'GET /v1/auth': { status: 200 },
  'POST /v1/auth/setup': {
    body: { token: 'x', tenantName: 'x', name: 'x', email: 'x@x.example', password: 'Regenschirm am Montag' },
    status: 400,
  },
  'POST /v1/auth/sign-in': { body: { email: 'x@x.example', password: 'x' }, status: 401 },
  'POST /v1/auth/sign-out': { status: 204 },
  'POST /v1/auth/forgot-password': { body: { email: 'x@x.example' }, status: 202 },
  'POST /v1/auth/reset-password': { body: { token: 'x', password: 'Regenschirm am Montag' }, status: 400 },
  'POST /v1/auth/verify-email': { body: { token: 'x' }, status: 400 },
  'POST /v1/auth/invitation': { body: { token: 'x' }, status: 404 },
  'POST /v1/auth/accept-invitation': { body: { token: 'x' }, status: 404 },
  'GET /v1/auth/single-sign-on': { status: 404 },
  'GET /v1/auth/callback/single-sign-on': { status: 404 },
  'GET /v1/unsubscribe': { status: 404 },
  'POST /v1/unsubscribe': { status: 404 },
};
/** About the person who asks, so they have no tenant to be foreign to. */
const PERSONAL = [
  'GET /v1/me',
  'PATCH /v1/me',
  'POST /v1/me/password',
  'POST /v1/me/email',
  'POST /v1/me/verification',
  'GET /v1/me/sessions',
  'DELETE /v1/me/sessions/:sessionId',
  'POST /v1/tenants',
];
/** The same for whoever has a credential. */
const ANYBODY = ['GET /v1/event-types'];
/** Bodies without which a route answers 400 before it looks for what its path names. */
const BODIES: Record<string, unknown> = {
  'PATCH /v1/projects/:projectId/webhooks/:webhookId': { name: 'Mine now' },
  'PATCH /v1/projects/:projectId/destinations/:destinationId': { name: 'Mine now' },
  'PATCH /v1/tenants/:tenantId/members/:userId': { role: 'admin' },
};
/** What a route answers 200 to with no end; a control cannot wait for it. */
const ENDLESS = ['GET /v1/projects/:projectId/live'];
/** Pairs that are timed before a difference is believed: more where the first ones differ. */
const PAIRS = [41, 121, 361];
/** What a statement of a store takes more or less is longer than both together: this, and this share of the time. */
const [TELLING_MS, TELLING_SHARE] = [0.1, 0.03];

let api: TestApi;
let walls: Walls;
let before: unknown[];
let routes: string[];

beforeAll(async () => {
  api = await startApi(inject('databaseUrl'));
  walls = await seedWalls(api);
  before = await rowsOf(api, walls.home.tenantId ?? '');
  routes = api.routes.toSorted();
});
afterAll(() => api?.close());

const isScoped = (route: string) => /:(?:tenantId|projectId)\b/.test(route);
const scoped = () => routes.filter(isScoped);
const closed = () => routes.filter((route) => !(route in PUBLIC));
const isWriting = (route: string) => !route.startsWith('GET ');
const objectParams = (route: string) =>
  [...route.matchAll(/:(\w+)/g)].map(([, name = '']) => name).filter((name) => !isOwner(name));
const isOwner = (name: string) => name === 'tenantId' || name === 'projectId';
/** Routes that name an object inside a project or a tenant, or a session of a person. */
const naming = () => closed().filter((route) => objectParams(route).length > 0);

/** Fails for a parameter that is not known: whoever adds one says here what it is. */
function pathOf(route: string, params: Params): string {
  return route.slice(route.indexOf('/')).replaceAll(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${route}: seed a ${name} in test/harness/walls.ts.`);
    return value;
  });
}

/** The same kinds of ids, of nothing at all. */
function nothing(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, id]) => [name, name === 'number' ? id : randomUUID()]),
  );
}

async function ask(route: string, params: Params, headers: Headers, given?: unknown) {
  const method = route.slice(0, route.indexOf(' ')) as 'GET';
  const body = given ?? BODIES[route];
  const url = pathOf(route, params);
  const {
    statusCode,
    body: text,
    headers: answered,
  } = await api.app.inject({
    method,
    url,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    payload: body === undefined ? undefined : JSON.stringify(body),
  });
  const { date: _date, ...kept } = answered;
  return { status: statusCode, body: text.replaceAll(url, ''), headers: kept };
}

/** Every route of a list with its status, so that one failure shows all that leak. */
async function statuses(list: readonly string[], headers: Headers, params = walls.home) {
  const found: Record<string, number> = {};
  for (const route of list) found[route] = (await ask(route, params, headers)).status;
  return found;
}

const all = (list: readonly string[], status: number) =>
  Object.fromEntries(list.map((route) => [route, status]));

describe('the routes', () => {
  it('are each of a kind that is tried here', () => {
    const known = (route: string) =>
      route in PUBLIC || PERSONAL.includes(route) || ANYBODY.includes(route) || isScoped(route);
    expect(routes.length).toBeGreaterThan(50);
    expect(routes.filter((route) => !known(route))).toEqual([]);
    const listed = [...Object.keys(PUBLIC), ...PERSONAL, ...ANYBODY, ...Object.keys(BODIES), ...ENDLESS];
    expect(listed.filter((route) => !routes.includes(route))).toEqual([]);
  });

  it('let those in whose they are: what is tried below does exist', async () => {
    const readable = closed().filter((route) => !isWriting(route) && !ENDLESS.includes(route));
    expect(await statuses(readable, walls.owner)).toEqual(all(readable, 200));
  });

  it('for everybody give nothing to whoever knows nothing, and take no change from a foreign page', async () => {
    const expected = Object.entries(PUBLIC).map(([route, { status }]) => [
      route,
      isWriting(route) ? [status, 403] : [status],
    ]);
    const found: Record<string, number[]> = {};
    for (const [route, { body }] of Object.entries(PUBLIC)) {
      const pages: Headers[] = isWriting(route) ? [{}, { origin: 'https://evil.example' }] : [{}];
      const answers = await Promise.all(pages.map((headers) => ask(route, {}, headers, body)));
      found[route] = answers.map(({ status }) => status);
    }
    expect(found).toEqual(Object.fromEntries(expected));
  });
});

describe('every other route', () => {
  it('answers 401, and always the same, to what is no credential', async () => {
    for (const route of closed()) {
      const names = Object.keys(walls.invalid);
      const answers = await Promise.all(
        Object.values(walls.invalid).map(async (headers) => ask(route, walls.home, headers)),
      );
      const found = Object.fromEntries(answers.map(({ status }, index) => [names[index], status]));
      expect({ [route]: found }).toEqual({ [route]: all(names, 401) });
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size, route).toBe(1);
    }
  });

  it('says nothing to a HEAD without a credential either', async () => {
    const heads = closed().flatMap((route) => (isWriting(route) ? [] : [route.replace('GET', 'HEAD')]));
    expect(await statuses(heads, {})).toEqual(all(heads, 401));
  });

  it('answers 404 to who belongs to another tenant, exactly as for ids that never were', async () => {
    for (const [name, headers] of Object.entries(walls.strangers)) {
      expect({ [name]: await statuses(scoped(), headers) }).toEqual({ [name]: all(scoped(), 404) });
      for (const route of scoped())
        expect(await ask(route, walls.home, headers), `${route}, ${name}`).toEqual(
          await ask(route, nothing(walls.home), headers),
        );
    }
  });

  it('answers 404 to a key of another project of the same tenant, and keeps keys off tenants', async () => {
    const [ofProjects, ofTenants] = [':projectId', ':tenantId'].map((name) =>
      scoped().filter((route) => route.includes(name)),
    );
    expect(await statuses(ofProjects ?? [], walls.siblingKey)).toEqual(all(ofProjects ?? [], 404));
    expect(await statuses(ofTenants ?? [], walls.siblingKey)).toEqual(all(ofTenants ?? [], 403));
    expect(await statuses(PERSONAL, walls.siblingKey)).toEqual(all(PERSONAL, 403));
  });

  it('answers 403 to a key that lacks the scope', async () => {
    expect(await statuses(scoped(), walls.narrowKey)).toEqual(all(scoped(), 403));
  });

  it('answers 403 to a viewer who would change something', async () => {
    const writing = scoped().filter(isWriting);
    expect(await statuses(writing, walls.viewer)).toEqual(all(writing, 403));
  });

  it('answers 403 to a change by a session from a foreign page, or from no page at all', async () => {
    const writing = closed().filter(isWriting);
    for (const origin of ['https://evil.example', 'null', 'http://hub.test.evil.example']) {
      const headers = { ...walls.owner, origin };
      expect({ [origin]: await statuses(writing, headers) }).toEqual({ [origin]: all(writing, 403) });
    }
    const { origin: _origin, ...pageless } = walls.owner;
    expect(await statuses(writing, pageless)).toEqual(all(writing, 403));
  });
});

describe('an object of another tenant, named inside one’s own', () => {
  /** The attacker's own tenant and project, with the objects of another. */
  const mixed = (): Params => {
    const { tenantId = '', projectId = '' } = walls.other;
    return { ...walls.home, tenantId, projectId };
  };
  const unreal = (): Params => {
    const { tenantId = '', projectId = '' } = walls.other;
    return { ...nothing(walls.home), tenantId, projectId };
  };
  const stranger = () => walls.strangers['the session of the owner of another tenant'] ?? {};

  it('is 404, exactly as if it did not exist', async () => {
    expect(await statuses(naming(), stranger(), mixed())).toEqual(all(naming(), 404));
    for (const route of naming())
      expect(await ask(route, mixed(), stranger()), route).toEqual(await ask(route, unreal(), stranger()));
  });

  it('is 404 to a key too', async () => {
    const ofKeys = naming().filter((route) => route.includes(':projectId') && !route.includes(':keyId'));
    const key = walls.strangers['the key of another tenant'] ?? {};
    expect(await statuses(ofKeys, key, mixed())).toEqual(all(ofKeys, 404));
  });

  it('is in no list and no count of one’s own', async () => {
    const ids = Object.values(walls.home).filter((id) => id.length === 36);
    for (const route of scoped().filter((each) => !isWriting(each) && !ENDLESS.includes(each))) {
      const answer = await ask(route, walls.other, stranger());
      expect({ [route]: answer.status }).toEqual({ [route]: 200 });
      expect(
        ids.filter((id) => answer.body.includes(id)),
        route,
      ).toEqual([]);
    }
  });

  it('takes as long as what does not exist', async () => {
    for (const route of naming()) {
      const apart = await timeApart(
        () => ask(route, mixed(), stranger()),
        () => ask(route, unreal(), stranger()),
      );
      expect({ [route]: apart }).toEqual({ [route]: 'nothing to tell' });
    }
  }, 300_000);

  it('would be told by a single statement more', async () => {
    const route = 'GET /v1/projects/:projectId/webhooks/:webhookId';
    const tenants = new TenantDatabase(api.test.database);
    const caller = { tenantId: walls.other['tenantId'] ?? '', actor: { kind: 'operator' } } as const;
    const apart = await timeApart(
      async () => {
        await tenants.runAs(caller, () => tenants.run(sql`select 1`));
        return ask(route, mixed(), stranger());
      },
      () => ask(route, unreal(), stranger()),
    );
    expect(apart).toMatch(/ms of/);
  }, 120_000);
});

describe('a tenant and a project of somebody else', () => {
  it('take as long as what does not exist', async () => {
    const list = [
      'GET /v1/tenants/:tenantId',
      'GET /v1/projects/:projectId',
      'POST /v1/projects/:projectId/webhooks',
    ];
    for (const [name, headers] of Object.entries(walls.strangers))
      for (const route of list) {
        const apart = await timeApart(
          () => ask(route, walls.home, headers),
          () => ask(route, nothing(walls.home), headers),
        );
        expect({ [`${route}, ${name}`]: apart }).toEqual({ [`${route}, ${name}`]: 'nothing to tell' });
      }
  }, 120_000);
});

/**
 * How much longer the one takes than the other: the median of the differences of pairs, in turns and in either order, so
 * that what slows the machine down slows both. What seems to differ is asked again and again: chance evens out, and what
 * an attacker could see does not.
 */
async function timeApart(one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<string> {
  const differences: number[] = [];
  const times: number[] = [];
  for (const pairs of PAIRS) {
    while (differences.length < pairs) {
      const isSwapped = differences.length % 2 === 1;
      const first = await timeOf(isSwapped ? other : one);
      const second = await timeOf(isSwapped ? one : other);
      times.push(first, second);
      differences.push(isSwapped ? second - first : first - second);
    }
    if (Math.abs(median(differences)) < TELLING_MS + TELLING_SHARE * median(times)) return 'nothing to tell';
  }
  return `${median(differences)} ms of ${median(times)} ms`;
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

const median = (list: number[]) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

describe('after all of this', () => {
  it('nothing of the tenant has changed', async () => {
    expect(before.length).toBeGreaterThan(8);
    expect(await rowsOf(api, walls.home.tenantId ?? '')).toEqual(before);
  });

  it('those whose it is are still let in', async () => {
    expect((await ask('GET /v1/me', {}, walls.owner)).status).toBe(200);
  });
});
