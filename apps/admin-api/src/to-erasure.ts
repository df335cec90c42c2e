import type { Erasure, ErasureKind } from '#events';

/** An erasure as its trigger writes it to the outbox. */
export interface ErasureJson {
  id: string;
  kind: ErasureKind;
  tenant_id: string;
  project_id: string | null;
  subject: string | null;
  requested_at: string;
}

/** The record of `hub.erasures` for an erasure. */
export function toErasure(row: ErasureJson): Erasure {
  return {
    id: row.id,
    kind: row.kind,
    tenantId: row.tenant_id,
    projectId: row.project_id,
    // PostgreSQL writes bytea as \x and hexadecimal digits.
    subject: row.subject === null ? null : Buffer.from(row.subject.slice(2), 'hex'),
    requestedAt: Date.parse(row.requested_at),
  };
}
