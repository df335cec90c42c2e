import { createHash } from 'node:crypto';
import type { Delivery, Erasure } from '#events';

/** What a record says of whose it is. `acceptedAt` is Unix ms. */
export interface Owned {
  tenantId: string;
  projectId: string;
  acceptedAt: number;
}

/** Everything that the hub was told to forget, in memory, as `hub.erasures` has it. */
export class Erasures {
  readonly #byId = new Map<string, Erasure>();
  readonly #owners = new Set<string>();
  /** By project and visitor: until when events are forgotten, Unix ms. */
  #visitors = new Map<string, Map<string, number>>();

  /** Takes in one record of the topic; `undefined` is a tombstone. */
  apply(id: string, erasure: Erasure | undefined): void {
    if (erasure !== undefined) {
      this.#byId.set(id, erasure);
      this.#add(erasure);
    } else if (this.#byId.delete(id)) {
      this.#owners.clear();
      this.#visitors = new Map();
      for (const each of this.#byId.values()) this.#add(each);
    }
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Whether the tenant or the project of a record is forgotten as a whole. */
  hasOwner({ tenantId, projectId }: Pick<Owned, 'tenantId' | 'projectId'>): boolean {
    return this.#owners.size > 0 && (this.#owners.has(tenantId) || this.#owners.has(projectId));
  }

  /** Whether a record is of a forgotten visitor. @param visitor asked only where there are any in the project */
  hasVisitor({ projectId, acceptedAt }: Owned, visitor: () => string | undefined): boolean {
    const forgotten = this.#visitors.get(projectId);
    if (forgotten === undefined) return false;
    const anonymousId = visitor();
    if (anonymousId === undefined) return false;
    const until = forgotten.get(subjectOf(projectId, anonymousId).toString('base64'));
    return until !== undefined && acceptedAt <= until;
  }

  /** Whether a delivery is of anything forgotten. */
  covers(delivery: Delivery): boolean {
    return this.hasOwner(delivery) || this.hasVisitor(delivery, () => visitorOf(delivery));
  }

  #add({ kind, tenantId, projectId, subject, requestedAt }: Erasure): void {
    if (kind === 'tenant') this.#owners.add(tenantId);
    else if (kind === 'project' && projectId !== null) this.#owners.add(projectId);
    else if (projectId !== null && subject !== null) {
      const ofProject = this.#visitors.get(projectId) ?? new Map<string, number>();
      const key = subject.toString('base64');
      this.#visitors.set(projectId, ofProject.set(key, Math.max(requestedAt, ofProject.get(key) ?? 0)));
    }
  }
}

/** What stands for a visitor on topics and in reports: SHA-256 of project and visitor. */
export function subjectOf(projectId: string, anonymousId: string): Buffer {
  return createHash('sha256').update(`${projectId}:${anonymousId}`.toLowerCase()).digest();
}

/** The visitor of a delivery's event, if it is of one. */
export function visitorOf({
  body,
  isTransformed,
  visitorId,
}: Pick<Delivery, 'body' | 'isTransformed' | 'visitorId'>): string | undefined {
  if (isTransformed) return visitorId ?? undefined;
  const { data } = JSON.parse(body.toString('utf8')) as { data?: unknown };
  return visitorOfData(data);
}

/** The visitor of an event's data. */
export function visitorOfData(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null || !('anonymousId' in data)) return undefined;
  return typeof data.anonymousId === 'string' ? data.anonymousId : undefined;
}
