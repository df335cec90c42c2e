/** Name of the newest file in `libs/database/migrations`, which this version of the code needs. */
export const LATEST_MIGRATION = '0022_audit_people';
