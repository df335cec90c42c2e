import { sql, type TenantDatabase } from '#database';
import type { DestinationJson } from '../to-destination.ts';
import type { Owner } from '../webhook.store.ts';
import { KEPT } from './inbox.store.ts';

/** What a list shows of a body: a hundred whole ones would be more than one answer can hold. */
const SHOWN_BYTES = 16_384;

/** A project's inspector. */
export interface InspectorRow {
  projectId: string;
  token: string;
  answerStatus: number;
}

/** A request that it received. */
export interface ReceivedRow {
  id: string;
  receivedAt: Date;
  headers: Record<string, string>;
  /** Its beginning, at most. */
  body: Buffer;
  isTruncated: boolean;
  answerStatus: number;
}

/** Inspectors, and the last requests of each. */
export class InspectorStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  async find(projectId: string): Promise<InspectorRow | undefined> {
    return this.#database.row<InspectorRow>(sql`
      select project_id as "projectId", token, answer_status as "answerStatus"
      from inspectors where project_id = ${projectId}`);
  }

  /** The inspector of a project, which keeps the token that it has. */
  async open(owner: Owner, token: string): Promise<void> {
    await this.#database.run(sql`
      insert into inspectors (project_id, tenant_id, token) values (${owner.projectId}, ${owner.tenantId}, ${token})
      on conflict do nothing`);
  }

  async answerWith(projectId: string, status: number): Promise<void> {
    await this.#database.run(sql`
      update inspectors set answer_status = ${status} where project_id = ${projectId}`);
  }

  /** Newest first, with the beginnings of their bodies. */
  async requests(projectId: string): Promise<ReceivedRow[]> {
    return this.#database.rows<ReceivedRow>(sql`
      select id, received_at as "receivedAt", headers,
        substring(body for ${SHOWN_BYTES}) as body, length(body) > ${SHOWN_BYTES} as "isTruncated",
        answer_status as "answerStatus"
      from inspector_requests where project_id = ${projectId} order by id desc limit ${KEPT}`);
  }

  /** The whole body of a request; none once it is forgotten. */
  async body(projectId: string, id: string): Promise<Buffer | undefined> {
    const row = await this.#database.row<{ body: Buffer }>(sql`
      select body from inspector_requests where project_id = ${projectId} and id = ${id}`);
    return row?.body;
  }

  async clear(projectId: string): Promise<void> {
    await this.#database.run(sql`delete from inspector_requests where project_id = ${projectId}`);
  }

  /** The webhooks of a project that lead to an inspector, with their secrets. */
  async webhooks(projectId: string, url: string): Promise<DestinationJson[]> {
    const rows = await this.#database.rows<{ value: DestinationJson }>(sql`
      select to_json(d) as value from destinations d
      where project_id = ${projectId} and kind = 'webhook' and url = ${url}
      order by created_at desc limit 100`);
    return rows.map(({ value }) => value);
  }
}
