import type { Destination, DestinationKind } from '#events';

/** A row of `destinations` as PostgreSQL's to_json writes it. */
export interface DestinationJson {
  id: string;
  tenant_id: string;
  project_id: string;
  kind: DestinationKind;
  name: string;
  url: string;
  event_types: string[];
  filter: string | null;
  transformation: string | null;
  is_enabled: boolean;
  enabled_epoch: number;
  disabled_reason: string | null;
  secret: string;
  next_secret: string | null;
  next_secret_at: string | null;
  config: object;
  /** Values encrypted, in base64. */
  headers: Record<string, string>;
  rate_limit: number | null;
  version: number;
  created_at: string;
  updated_at: string;
}

/** The record of `hub.destinations` for a row. */
export function toDestination(row: DestinationJson): Destination {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    projectId: row.project_id,
    kind: row.kind,
    name: row.name,
    url: row.url,
    eventTypes: row.event_types,
    filter: row.filter,
    transformation: row.transformation,
    isEnabled: row.is_enabled,
    enabledEpoch: row.enabled_epoch,
    disabledReason: row.disabled_reason,
    secret: fromHex(row.secret),
    nextSecret: row.next_secret === null ? null : fromHex(row.next_secret),
    nextSecretAt: row.next_secret_at === null ? null : Date.parse(row.next_secret_at),
    config: JSON.stringify(row.config),
    headers: fromBase64(row.headers),
    rateLimit: row.rate_limit,
    version: row.version,
    createdAt: Date.parse(row.created_at),
    updatedAt: Date.parse(row.updated_at),
  };
}

// PostgreSQL writes bytea as \x and hexadecimal digits.
const fromHex = (text: string) => Buffer.from(text.slice(2), 'hex');

const fromBase64 = (texts: Record<string, string>): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text, 'base64')]));
