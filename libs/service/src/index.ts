export { invalid, notFound, problem, toProblem, PROBLEMS, type FieldError, type Problem } from './problem.ts';
export { ProblemFilter, sendProblem } from './problem.filter.ts';
export { explainIssues } from './explain-issues.ts';
export { ZodBodyPipe } from './zod-body.pipe.ts';
export { ApiKeyStore, type Credential } from './access/api-key.store.ts';
export { ApiKeyCache } from './access/api-key.cache.ts';
export { Allow } from './access/allow.ts';
export { actorOf, RunAsCaller } from './access/run-as-caller.ts';
export { PersonSource, type Membership } from './access/person-source.ts';
export {
  accessOf,
  forbidden,
  personOf,
  projectOf,
  tenantOf,
  type Access,
  type AuthenticatedRequest,
  type PersonPrincipal,
} from './access/principal.ts';
export {
  ALL_SCOPES,
  PERMISSIONS,
  permissionsOf,
  ROLES,
  SCOPES,
  type Permission,
  type Role,
} from './access/permissions.ts';
export { Health, type HealthCheck } from './health.ts';
export { answerOperator, serveHealth } from './health.server.ts';
export { Metrics } from './metrics.ts';
export { serveOperator } from './serve-operator.ts';
export { Runtime, type BaseConfig } from './runtime.ts';
export { startChannel, type ChannelOptions } from './channels/start-channel.ts';
export { decoderOf } from './decoder-of.ts';
export { createDeadLetter } from './dead-letter.ts';
export { RethrowFilter } from './rethrow.filter.ts';
export { nestLogger } from './nest-logger.ts';
export { startStage, type Stage } from './start-stage.ts';
export { runApps, type AppDefinition, type RunningApp } from './run-apps.ts';
export { createHttpApp, startHttp, type HttpApi } from './start-http.ts';
export { describeApi, problemSchema, serveDocs, type ApiOperation } from './open-api.ts';
export { ownEndpoints } from './own-endpoints.ts';
export { Costly } from './limits/costly.ts';
