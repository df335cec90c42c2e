export { invalid, notFound, problem, toProblem, PROBLEMS, type FieldError, type Problem } from './problem.ts';
export { ProblemFilter, sendProblem } from './problem.filter.ts';
export { explainIssues } from './explain-issues.ts';
export { ZodBodyPipe } from './zod-body.pipe.ts';
export { ApiKeyStore, type Credential } from './api-keys/api-key.store.ts';
export { ApiKeyCache } from './api-keys/api-key.cache.ts';
export { ApiKeyGuard, credentialOf, type AuthenticatedRequest } from './api-keys/api-key.guard.ts';
