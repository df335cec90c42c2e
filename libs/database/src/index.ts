export { generateApiKey, hashApiKey, isApiKey, type NewApiKey } from './api-key.ts';
export { nameActor, type Actor } from './actor.ts';
export { createDatabase } from './create-database.ts';
export { Database, type Queryable } from './database.ts';
export { TenantDatabase, type Caller } from './tenant-database.ts';
export { sql, type Statement } from './sql.ts';
export { migrate } from './migrate.ts';
export { LATEST_MIGRATION } from './latest-migration.ts';
export {
  applyRetention,
  createPartitionsAhead,
  dropPartitionsOlderThan,
  type Removed,
} from './apply-retention.ts';
export {
  deleteProject,
  deleteTenant,
  erasureReports,
  eraseVisitor,
  type ErasureReport,
  type ReportOwner,
} from './erasures.ts';
export {
  findExplainedDestinations,
  findExplainedEvent,
  type DestinationVersion,
  type ExplainedDestination,
  type ExplainedEvent,
  type ExplanationQuery,
} from './explanations.ts';
export {
  addReplay,
  countFailures,
  countSelected,
  deliveriesOfReplay,
  forgottenBefore,
  listReplays,
  MAX_OPEN_REPLAYS,
  moveReplay,
  paceOf,
  REPLAY_SELECTIONS,
  REPLAY_STATUSES,
  statusesOf,
  type DestinationPace,
  type FailureCount,
  type NewReplayRow,
  type Replay,
  type ReplayDeliveries,
  type ReplayFilter,
  type ReplayMode,
  type ReplaySelection,
  type ReplayStatus,
  type Selected,
  type SelectionCount,
} from './replays.ts';
export {
  countDeadLetters,
  findDeadLetter,
  listDeadLetters,
  RESENT_FROM_HEADER,
  resendDeadLetters,
  type DeadLetterCount,
  type DeadLetterRow,
  type ListedDeadLetter,
} from './dead-letters.ts';
