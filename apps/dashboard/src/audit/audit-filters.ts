/** Filters of the audit log, as they stand in the address. */
export interface AuditFilters {
  action?: string;
  actorId?: string;
  objectId?: string;
  projectId?: string;
  from?: string;
  to?: string;
}

const NAMES = ['action', 'actorId', 'objectId', 'projectId', 'from', 'to'] as const;

/** What of an address are filters; anything else in it is dropped. */
export function parseAuditFilters(search: Record<string, unknown>): AuditFilters {
  const kept = NAMES.flatMap((name) => {
    const value = search[name];
    const isGood = typeof value === 'string' && (!isTime(name) || !Number.isNaN(Date.parse(value)));
    return isGood ? [[name, value]] : [];
  });
  return Object.fromEntries(kept) as AuditFilters;
}

const isTime = (name: string) => name === 'from' || name === 'to';
