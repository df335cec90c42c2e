import { createHash } from 'node:crypto';

/**
 * Whose rows go: one visitor of a project, a whole project, or a whole tenant. A visitor is named by a digest, so that
 * what is kept to know them again finds nobody.
 */
export type Subject =
  | { kind: 'visitor'; projectId: string; digest: string }
  | { kind: 'project'; projectId: string }
  | { kind: 'tenant'; tenantId: string };

/** SHA-256 of project and visitor, in hex; the stores make the same in SQL. */
export function digestOf(projectId: string, anonymousId: string): string {
  return createHash('sha256').update(`${projectId}:${anonymousId}`.toLowerCase()).digest('hex');
}

/** What a subject is called in `sink_erasures`. */
export function nameOf(subject: Subject): string {
  switch (subject.kind) {
    case 'visitor':
      return `visitor:${subject.digest}`;
    case 'project':
      return `project:${subject.projectId}`;
    case 'tenant':
      return `tenant:${subject.tenantId}`;
  }
}
