import { Controller, Get, Module, Post, type DynamicModule, type Provider } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { createHttpApp } from '../start-http.ts';
import { Allow } from './allow.ts';
import { ApiKeyCache } from './api-key.cache.ts';
import { PersonSource } from './person-source.ts';
import type { AuthenticatedRequest } from './principal.ts';
import { problem } from '../problem.ts';

const log = createLog('test', { level: 'silent' });
const TENANT = '0197b29f-0a52-7c18-b3e4-5d6f7a8b9c01';
const PROJECT = '0197b2a0-6b3c-7d29-84f5-1e2d3c4b5a06';
const FOREIGN = '0197b2a0-6b3c-7d29-84f5-1e2d3c4b5aff';

@Controller()
class RoutesController {
  @Get('/credential')
  @Allow('credential')
  anyCredential() {
    return 'ok';
  }

  @Post('/public')
  @Allow('public')
  openPost() {
    return 'ok';
  }

  @Get('/person')
  @Allow('person')
  person() {
    return 'ok';
  }

  @Get('/projects/:projectId/webhooks')
  @Allow('webhooks:read')
  read() {
    return 'ok';
  }

  @Post('/projects/:projectId/webhooks')
  @Allow('webhooks:write')
  write() {
    return 'ok';
  }

  @Get('/tenants/:tenantId/audit')
  @Allow('audit:read')
  audit() {
    return 'ok';
  }
}

@Controller('/undeclared')
class UndeclaredController {
  @Get()
  list() {
    return 'open to all';
  }
}

@Module({})
class TestModule {}

/** Keys are named by what they may do; people by their role, or `nobody`. */
function providers(): Provider[] {
  const keys = {
    async find(key: string) {
      const scopes = key.startsWith('thk_') ? key.slice(4).split(',') : undefined;
      return scopes && { keyId: 'k', name: 'ci', tenantId: TENANT, projectId: PROJECT, scopes };
    },
    onModuleDestroy: () => undefined,
  };
  const people: PersonSource = {
    async signedIn({ headers }: AuthenticatedRequest) {
      const userId = typeof headers['cookie'] === 'string' ? headers['cookie'] : undefined;
      if (userId === undefined) return undefined;
      return {
        kind: 'person',
        userId,
        sessionId: 's',
        name: 'Mira',
        email: 'm@example.com',
        isEmailVerified: true,
      };
    },
    async membership(userId, where) {
      const id = 'tenantId' in where ? where.tenantId : where.projectId;
      const isTheirs = (id === TENANT || id === PROJECT) && userId !== 'nobody';
      return isTheirs ? { tenantId: TENANT, role: userId as 'owner' } : undefined;
    },
    requireOwnPage({ headers }) {
      if (headers['origin'] === 'https://evil.example') throw problem(403, 'not from here');
    },
  };
  return [
    { provide: ApiKeyCache, useValue: keys },
    { provide: PersonSource, useValue: people },
  ];
}

const moduleWith = (controller: new () => object): DynamicModule => ({
  module: TestModule,
  controllers: [controller],
  providers: providers(),
});

let app: Awaited<ReturnType<typeof createHttpApp>>;
beforeEach(async () => {
  app = await createHttpApp({ module: moduleWith(RoutesController), bodyLimitBytes: 1_024 }, log);
  await app.init();
});
afterEach(() => app.close());

const ask = async (route: string, headers: Record<string, string>) => {
  const [method = '', url = ''] = route.split(' ');
  const { statusCode, body } = await app.inject({ method: method as 'GET', url, headers });
  return { status: statusCode, body };
};
const key = (scopes: string) => ({ authorization: `Bearer thk_${scopes}` });
const person = (role: string) => ({ cookie: role });
const webhooks = `/projects/${PROJECT}/webhooks`;

describe('the access guard', () => {
  it.each<[string, string, Record<string, string>, number]>([
    ['nobody, where everybody may', 'POST /public', {}, 201],
    ['nobody', `GET ${webhooks}`, {}, 401],
    ['an unknown key', `GET ${webhooks}`, { authorization: 'Bearer nonsense' }, 401],
    ['another scheme', `GET ${webhooks}`, { authorization: 'Basic bmE6bmE=' }, 401],
    [
      'a bad key beside a good session',
      `GET ${webhooks}`,
      { authorization: 'Bearer no', cookie: 'owner' },
      401,
    ],
    ['a key of all scopes', `POST ${webhooks}`, key('*'), 201],
    ['a key with the scope', `GET ${webhooks}`, key('events:write,webhooks:read'), 200],
    ['a key without the scope', `POST ${webhooks}`, key('webhooks:read'), 403],
    ['a key with a scope that is none', `GET /tenants/${TENANT}/audit`, key('audit:read'), 403],
    ['a key at another project', `GET /projects/${FOREIGN}/webhooks`, key('*'), 404],
    ['a key at another tenant', `GET /tenants/${FOREIGN}/audit`, key('*'), 404],
    ['a key, where only people may', 'GET /person', key('*'), 403],
    ['a key, where any credential may', 'GET /credential', key('none'), 200],
    ['a person, where any credential may', 'GET /credential', person('nobody'), 200],
    ['a person, about themselves', 'GET /person', person('nobody'), 200],
    ['a viewer reading', `GET ${webhooks}`, person('viewer'), 200],
    ['a viewer writing', `POST ${webhooks}`, person('viewer'), 403],
    ['a developer writing', `POST ${webhooks}`, person('developer'), 201],
    ['a developer at the audit log', `GET /tenants/${TENANT}/audit`, person('developer'), 403],
    ['an admin at the audit log', `GET /tenants/${TENANT}/audit`, person('admin'), 200],
    ['an owner at another tenant', `GET /tenants/${FOREIGN}/audit`, person('owner'), 404],
    ['an owner at no id', 'GET /tenants/x/audit', person('owner'), 404],
    ['a person who is no member', `GET ${webhooks}`, person('nobody'), 404],
    [
      'a person from a foreign page',
      `POST ${webhooks}`,
      { ...person('owner'), origin: 'https://evil.example' },
      403,
    ],
    ['a foreign page at a public route', 'POST /public', { origin: 'https://evil.example' }, 403],
    ['a key from a foreign page', `POST ${webhooks}`, { ...key('*'), origin: 'https://evil.example' }, 201],
  ])('answers %s', async (_, route, headers, status) => {
    expect((await ask(route, headers)).status).toBe(status);
  });

  it('tells nothing about a credential that is missing, unknown or malformed', async () => {
    const bodies = await Promise.all(
      [{}, { authorization: 'Bearer nonsense' }, { authorization: '' }].map(
        async (headers) => (await ask(`GET ${webhooks}`, headers as Record<string, string>)).body,
      ),
    );
    expect(new Set(bodies).size).toBe(1);
  });
});

describe('an API', () => {
  it('does not start with a route that nobody was declared for', async () => {
    await expect(
      createHttpApp({ module: moduleWith(UndeclaredController), bodyLimitBytes: 1_024 }, log),
    ).rejects.toThrow('UndeclaredController.list');
  });
});
