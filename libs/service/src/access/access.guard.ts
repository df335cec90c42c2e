import { Inject, Injectable, Optional, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { COSTLY } from '../limits/costly.ts';
import { notFound } from '../problem.ts';
import { ACCESS_RULE, type AccessRule } from './access-rule.ts';
import { ApiKeyCache } from './api-key.cache.ts';
import { permissionsOf, permissionsOfScopes } from './permissions.ts';
import { PersonSource } from './person-source.ts';
import {
  forbidden,
  unauthorized,
  type Access,
  type AuthenticatedRequest,
  type KeyPrincipal,
  type PersonPrincipal,
} from './principal.ts';

const BEARER = /^Bearer +(\S+) *$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Finds out who makes a request and lets it pass when the route's rule allows them to. A tenant or project in the path
 * that is not theirs is 404, as if it did not exist; what they may not do with their own is 403. A module that uses it
 * provides an `ApiKeyCache`, and a `PersonSource` where people may call too.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  readonly #keys: ApiKeyCache;
  readonly #people: PersonSource | undefined;

  constructor(keys: ApiKeyCache, @Optional() @Inject(PersonSource) people?: PersonSource) {
    this.#keys = keys;
    this.#people = people;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const rule = Reflect.getMetadata(ACCESS_RULE, context.getHandler()) as AccessRule;
    if (rule === 'public') {
      this.#people?.requireOwnPage(request, false);
      return true;
    }
    const access = await this.#admit(request, rule);
    request.access = access;
    request.admitAgain = () => this.#admit(request, rule, true);
    await takeTurn(request, access, { rule, isCostly: Reflect.hasMetadata(COSTLY, context.getHandler()) });
    return true;
  }

  async #admit(
    request: AuthenticatedRequest,
    rule: Exclude<AccessRule, 'public'>,
    isLasting = false,
  ): Promise<Access> {
    const access = await this.#identify(request, isLasting);
    if (rule === 'person' && access.principal.kind !== 'person') throw forbidden();
    if (rule !== 'person' && rule !== 'credential' && !access.permissions.has(rule)) throw forbidden(rule);
    return access;
  }

  async #identify(request: AuthenticatedRequest, isLasting: boolean): Promise<Access> {
    const { authorization } = request.headers;
    if (typeof authorization === 'string') {
      const key = BEARER.exec(authorization)?.[1];
      const credential = key === undefined ? undefined : await this.#keys.find(key, isLasting);
      if (credential === undefined) throw unauthorized();
      return ofKey({ kind: 'api-key', ...credential }, request);
    }
    const person = await this.#people?.signedIn(request);
    if (this.#people === undefined || person === undefined) throw unauthorized();
    this.#people.requireOwnPage(request, true);
    return ofPerson(person, request, this.#people);
  }
}

/** Events are counted one by one, however many come in a batch. */
async function takeTurn(
  { limits, body }: AuthenticatedRequest,
  { principal, tenantId }: Access,
  { rule, isCostly }: { rule: AccessRule; isCostly: boolean },
): Promise<void> {
  if (limits === undefined) return;
  const credentialId = principal.kind === 'api-key' ? principal.keyId : principal.userId;
  const caller = { credentialId, tenantId };
  if (rule !== 'events:write') return limits.takeTurn(isCostly ? 'costly' : 'requests', caller);
  const events = (body as { events?: unknown } | null | undefined)?.events;
  return limits.takeTurn('events', caller, Array.isArray(events) ? events.length : 1);
}

function ofKey(principal: KeyPrincipal, { params }: AuthenticatedRequest): Access {
  const { tenantId, projectId } = principal;
  const isForeign =
    (params?.projectId !== undefined && params.projectId !== projectId) ||
    (params?.tenantId !== undefined && params.tenantId !== tenantId);
  if (isForeign) throw notFound();
  return { principal, tenantId, projectId, permissions: permissionsOfScopes(principal.scopes) };
}

async function ofPerson(
  principal: PersonPrincipal,
  { params }: AuthenticatedRequest,
  people: PersonSource,
): Promise<Access> {
  const { tenantId, projectId } = params ?? {};
  const id = projectId ?? tenantId;
  if (id === undefined) return { principal, permissions: new Set() };
  const where = projectId === undefined ? { tenantId: id } : { projectId: id };
  const membership = UUID.test(id) ? await people.membership(principal.userId, where) : undefined;
  if (membership === undefined) throw notFound();
  const { role } = membership;
  return { principal, role, projectId, tenantId: membership.tenantId, permissions: permissionsOf(role) };
}
