export { ERROR_CODES, type ErrorCode } from './codes.ts';
export { HubError } from './hub-error.ts';
export { describeError } from './describe-error.ts';
