import { TenantDatabase, type Actor } from '#database';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import type { AuthenticatedRequest } from './principal.ts';

/** Has every statement that a handler makes run as its caller's: see `TenantDatabase`. */
@Injectable()
export class RunAsCaller implements NestInterceptor {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const tenantId = request.access?.tenantId;
    if (tenantId === undefined) return next.handle();
    const caller = { tenantId, actor: actorOf(request) };
    return new Observable((subscriber) =>
      this.#database.runAs(caller, () => next.handle().subscribe(subscriber)),
    );
  }
}

/** Who makes a request, as the audit log tells it. */
export function actorOf({ access, ip, headers }: AuthenticatedRequest): Actor {
  const principal = access?.principal;
  const from = { ipAddress: ip, userAgent: String(headers['user-agent'] ?? '').slice(0, 300) };
  if (principal?.kind === 'api-key')
    return { kind: 'api-key', id: principal.keyId, name: principal.name, ...from };
  return { kind: 'person', id: principal?.userId, name: principal?.email, ...from };
}
