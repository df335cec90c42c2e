import type { AuditRow } from './audit.store.ts';

/** An entry of the audit log as the API shows it. */
export interface AuditEntry {
  id: string;
  at: Date;
  action: string;
  actor: { kind: string; id: string | null; name: string | null };
  ipAddress: string | null;
  userAgent: string | null;
  projectId: string | null;
  object: { kind: string; id: string; name: string | null };
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Columns are named as the API names fields. */
export function showAuditEntry(row: AuditRow): AuditEntry {
  const { id, at, action, ipAddress, userAgent, projectId } = row;
  return {
    id,
    at,
    action,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    ipAddress,
    userAgent,
    projectId,
    object: { kind: row.objectKind, id: row.objectId, name: row.objectName },
    before: inCamelCase(row.before),
    after: inCamelCase(row.after),
  };
}

function inCamelCase(values: Record<string, unknown> | null): Record<string, unknown> | null {
  if (values === null) return null;
  const named = Object.entries(values).map(([name, value]) => [
    name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(named) as Record<string, unknown>;
}
