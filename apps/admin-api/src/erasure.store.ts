import {
  deleteProject,
  deleteTenant,
  erasureReports,
  eraseVisitor,
  type ErasureReport,
  type ReportOwner,
  type TenantDatabase,
} from '#database';

/** Erasures that people ask for, and their reports. The recorder does them. */
export class ErasureStore {
  readonly #database: TenantDatabase;

  constructor(database: TenantDatabase) {
    this.#database = database;
  }

  /** False when there is no such project, here and below. */
  visitor(erasure: { id: string; projectId: string; anonymousId: string }): Promise<boolean> {
    return eraseVisitor(this.#database, erasure);
  }

  project(erasure: { id: string; projectId: string }): Promise<boolean> {
    return deleteProject(this.#database, erasure);
  }

  tenant(erasure: { id: string; tenantId: string }): Promise<boolean> {
    return deleteTenant(this.#database, erasure);
  }

  reports(owner: ReportOwner, id?: string): Promise<ErasureReport[]> {
    return erasureReports(this.#database, { owner, id });
  }
}
