import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { notFound, problem } from '../problem.ts';
import { ApiKeyCache } from './api-key.cache.ts';
import type { Credential } from './api-key.store.ts';

/** What the guard reads of a Fastify request, and what it adds. */
export interface AuthenticatedRequest {
  headers: { authorization?: string };
  params?: { projectId?: string };
  credential?: Credential;
}

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Lets a request pass with the bearer key of a project. With another project in its path the answer is 404, as for a
 * project that does not exist. A module that uses it provides an `ApiKeyCache`.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  readonly #keys: ApiKeyCache;

  constructor(keys: ApiKeyCache) {
    this.#keys = keys;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1];
    const credential = key === undefined ? undefined : await this.#keys.find(key);
    // One body for a missing, an unknown and a revoked key: the answer must not tell which keys once existed.
    if (credential === undefined)
      throw problem(401, 'A valid API key is required: Authorization: Bearer thk_…');
    const projectId = request.params?.projectId;
    if (projectId !== undefined && projectId !== credential.projectId) throw notFound();
    request.credential = credential;
    return true;
  }
}

/** The credential that the guard found; for handlers behind it. */
export function credentialOf(request: AuthenticatedRequest): Credential {
  if (request.credential === undefined)
    throw problem(401, 'A valid API key is required: Authorization: Bearer thk_…');
  return request.credential;
}
