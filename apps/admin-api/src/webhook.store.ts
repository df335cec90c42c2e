import { addReplay, sql, type NewReplayRow, type TenantDatabase } from '#database';
import { MASKED, MAX_CUSTOM_HEADERS } from '#webhooks';
import type { BatchSetting } from '#delivery';
import type { Caps } from './caps.ts';
import type { Position } from './page.request.ts';
import type { HeaderChange, SealedHeaders } from './seal-headers.ts';
import type { NewWebhook, WebhookChange } from './webhook.request.ts';

/** A webhook as the API shows it. Secrets are not among it. */
export interface WebhookRow {
  id: string;
  name: string;
  url: string;
  eventTypes: string[];
  filter: string | null;
  transformation: string | null;
  rateLimit: number | null;
  batch: BatchSetting | null;
  /** Names in lower case; each value is masked. */
  headers: Record<string, string>;
  enabled: boolean;
  disabledReason: string | null;
  disabledAt: Date | null;
  nextSecretAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A checked new webhook with what it keeps secret encrypted. */
export interface SealedWebhook extends Omit<NewWebhook, 'headers' | 'startAt'> {
  encryptedSecret: Buffer;
  sealedHeaders: SealedHeaders;
}

/** Where a webhook belongs. */
export interface Owner {
  tenantId: string;
  projectId: string;
}

/** Which webhook of which project: every statement needs both. */
export interface WebhookKey {
  projectId: string;
  webhookId: string;
}

/** What of a webhook is in its `config`; what is null there is taken out. */
function settingsOf({ batch }: Pick<WebhookChange, 'batch'>): string {
  return JSON.stringify({ batch });
}

/** Webhooks of a project. A trigger of the table announces every change through the outbox. */
export class WebhookStore {
  readonly #database: TenantDatabase;
  readonly #caps: Caps;

  constructor(database: TenantDatabase, caps: Caps) {
    this.#database = database;
    this.#caps = caps;
  }

  /** @param past what it is to get of the time before it */
  async create(owner: Owner, id: string, webhook: SealedWebhook, past?: NewReplayRow): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await this.#caps.requireRoomForDestination(transaction, owner.projectId);
      await transaction.run(sql`
        insert into destinations (id, tenant_id, project_id, kind, name, url, event_types, filter, transformation,
          rate_limit, headers, config, secret)
        values (${id}, ${owner.tenantId}, ${owner.projectId}, 'webhook', ${webhook.name}, ${webhook.url},
          ${webhook.eventTypes}, ${webhook.filter}, ${webhook.transformation}, ${webhook.rateLimit},
          ${webhook.sealedHeaders}, jsonb_strip_nulls(${settingsOf(webhook)}::jsonb), ${webhook.encryptedSecret})`);
      if (past !== undefined) await addReplay(transaction, past);
    });
  }

  /** Newest first. @param only the webhook to be found, or none for all */
  async list(
    projectId: string,
    page: { limit: number; after?: Position },
    only?: string,
  ): Promise<WebhookRow[]> {
    const { limit, after } = page;
    return this.#database.rows<WebhookRow>(sql`
      select id, name, url, event_types as "eventTypes", filter, transformation, rate_limit as "rateLimit", is_enabled as enabled,
        disabled_reason as "disabledReason", disabled_at as "disabledAt", next_secret_at as "nextSecretAt",
        config -> 'batch' as batch,
        (select coalesce(json_object_agg(header, ${MASKED}::text), '{}') from jsonb_object_keys(headers) header) as headers,
        created_at as "createdAt", updated_at as "updatedAt"
      from destinations
      where project_id = ${projectId} and kind = 'webhook' and (${only}::uuid is null or id = ${only})
        and (${after?.id}::uuid is null
          or (created_at, id) < (${after?.at}::timestamptz, ${after?.id}::uuid))
      order by created_at desc, id desc limit ${limit}`);
  }

  async find({ projectId, webhookId }: WebhookKey): Promise<WebhookRow | undefined> {
    const [row] = await this.list(projectId, { limit: 1 }, webhookId);
    return row;
  }

  /**
   * False when the webhook would have too many headers, when headers that it has would go to another origin, or when
   * there is none.
   */
  async change(
    { projectId, webhookId }: WebhookKey,
    change: Omit<WebhookChange, 'headers'>,
    { isWhole, removed, set }: HeaderChange,
  ): Promise<boolean> {
    const origin = change.url === undefined ? undefined : new URL(change.url).origin;
    const changed = await this.#database.run(sql`
      update destinations set
        name = coalesce(${change.name}, name),
        url = coalesce(${change.url}, url),
        event_types = coalesce(${change.eventTypes}::text[], event_types),
        filter = case when ${change.filter === undefined} then filter else ${change.filter}::text end,
        transformation = case when ${change.transformation === undefined} then transformation
          else ${change.transformation}::text end,
        rate_limit = case when ${change.rateLimit === undefined} then rate_limit else ${change.rateLimit}::float8 end,
        config = jsonb_strip_nulls(config || ${settingsOf(change)}::jsonb),
        headers = (case when ${isWhole} then '{}' else headers - ${removed}::text[] end) || ${set}::jsonb
      where project_id = ${projectId} and id = ${webhookId} and kind = 'webhook'
        and (${isWhole} or ${origin}::text is null or ${origin} = substring(url from '^[^:]+://[^/?#]*')
          or headers - ${removed}::text[] - ${Object.keys(set)}::text[] = '{}')
        and (${isWhole} or ${MAX_CUSTOM_HEADERS} >=
          (select count(*) from jsonb_object_keys((headers - ${removed}::text[]) || ${set}::jsonb)))`);
    return changed > 0;
  }

  async remove({ projectId, webhookId }: WebhookKey): Promise<boolean> {
    const removed = await this.#database.run(sql`
      delete from destinations where project_id = ${projectId} and id = ${webhookId} and kind = 'webhook'`);
    return removed > 0;
  }

  /** Enabling starts a new epoch, in which earlier failures count no more. Enabling twice changes nothing. */
  async enable({ projectId, webhookId }: WebhookKey): Promise<void> {
    await this.#database.run(sql`
      update destinations
      set is_enabled = true, enabled_epoch = enabled_epoch + 1, disabled_reason = null, disabled_at = null
      where project_id = ${projectId} and id = ${webhookId} and kind = 'webhook' and not is_enabled`);
  }

  async disable({ projectId, webhookId }: WebhookKey, reason: string): Promise<void> {
    await this.#database.run(sql`
      update destinations set is_enabled = false, disabled_reason = ${reason}, disabled_at = now()
      where project_id = ${projectId} and id = ${webhookId} and kind = 'webhook' and is_enabled`);
  }
}
