import { problem, type Access, type Role } from '#service';

/** @throws a 403 when somebody who is no owner touches owners: makes one, unmakes one or removes one */
export function requireRankFor({ role }: Pick<Access, 'role'>, ...touched: Role[]): void {
  if (role !== 'owner' && touched.includes('owner'))
    throw problem(403, 'Only owners make and unmake owners.');
}
