/** Name of the newest file in `libs/database/migrations`, which this version of the code needs. */
export const LATEST_MIGRATION = '0021_destination_versions';
