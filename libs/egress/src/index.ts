export { createEgress, type Egress, type EgressOptions, type PostRequest } from './create-egress.ts';
export type { EgressFailure, EgressResponse, EgressResult, FailureReason, Timing } from './egress-result.ts';
export { checkUrl, URL_RULES, type UrlCheck, type UrlOptions, type UrlRule } from './check-url.ts';
export type { OwnEndpoint } from './own-endpoints.ts';
export type { ResolveHost } from './resolve-host.ts';
