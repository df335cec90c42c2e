import { createHash } from 'node:crypto';
import type { Subject } from './warehouse.ts';

/** What is kept of a subject: enough to know it again, nothing to find it by. The stores make the same in SQL. */
export function digestSubject(subject: Subject): string {
  return createHash('sha256').update(textOf(subject).toLowerCase()).digest('hex');
}

function textOf(subject: Subject): string {
  switch (subject.kind) {
    case 'visitor':
      return `visitor ${subject.projectId} ${subject.anonymousId}`;
    case 'project':
      return `project ${subject.projectId}`;
    case 'tenant':
      return `tenant ${subject.tenantId}`;
  }
}
