import { describeApi } from '#service';
import { ADMIN_OPERATIONS } from '../apps/admin-api/src/admin-operations.ts';

/** The OpenAPI document that the dashboard's client is made of. */
export const clientDocument = () => describeApi(ADMIN_OPERATIONS);
