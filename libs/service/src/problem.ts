import { HttpException } from '@nestjs/common';

/** One bad field of a request and the rule it breaks: `{ field: 'url', rule: 'must be at most 2048 characters' }`. */
export interface FieldError {
  field: string;
  rule: string;
}

/** An answer of type application/problem+json (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Path of the request that went wrong. */
  instance?: string;
  /** Every bad field, not just the first. */
  errors?: FieldError[];
}

/** Types and titles by status; each is a promise to clients, who may switch on `type`. */
export const PROBLEMS: Readonly<Record<number, { type: string; title: string }>> = {
  400: { type: 'urn:ttoolab:problem:invalid-request', title: 'Invalid request' },
  401: { type: 'urn:ttoolab:problem:unauthorized', title: 'Unauthorized' },
  403: { type: 'urn:ttoolab:problem:forbidden', title: 'Forbidden' },
  404: { type: 'urn:ttoolab:problem:not-found', title: 'Not found' },
  405: { type: 'urn:ttoolab:problem:method-not-allowed', title: 'Method not allowed' },
  408: { type: 'urn:ttoolab:problem:timeout', title: 'Request timeout' },
  409: { type: 'urn:ttoolab:problem:conflict', title: 'Conflict' },
  410: { type: 'urn:ttoolab:problem:gone', title: 'Gone' },
  413: { type: 'urn:ttoolab:problem:too-large', title: 'Too large' },
  414: { type: 'urn:ttoolab:problem:uri-too-long', title: 'URI too long' },
  415: { type: 'urn:ttoolab:problem:unsupported-media-type', title: 'Unsupported media type' },
  429: { type: 'urn:ttoolab:problem:too-many-requests', title: 'Too many requests' },
  431: { type: 'urn:ttoolab:problem:headers-too-large', title: 'Headers too large' },
  500: { type: 'urn:ttoolab:problem:internal', title: 'Internal error' },
  503: { type: 'urn:ttoolab:problem:unavailable', title: 'Temporarily unavailable' },
};

/** An exception that the API answers with as a problem. @param status one of 4xx or 503 */
export function problem(status: number, detail: string, errors?: FieldError[]): HttpException {
  return new HttpException({ detail, errors }, status);
}

/** The one 404 for what does not exist and for what belongs to somebody else: they must not be told apart. */
export function notFound(): HttpException {
  return problem(404, 'There is no such resource.');
}

/** A 429 that says when to come again. */
export function tooManyRequests(retryAfterSeconds: number): HttpException {
  const detail = `Too many requests. Try again in ${retryAfterSeconds} s.`;
  return new HttpException({ detail, retryAfterSeconds }, 429);
}

// A body of many bad fields must not become an answer that is larger than it.
const MAX_ERRORS = 100;

/** A 400 that names fields: all of them, up to 100. */
export function invalid(errors: FieldError[]): HttpException {
  const [first] = errors;
  const detail =
    errors.length === 1 && first ? `${first.field} ${first.rule}.` : `${errors.length} fields are not valid.`;
  return problem(400, detail, errors.slice(0, MAX_ERRORS));
}

/** Completes a problem with the type and title of its status. */
export function toProblem(
  status: number,
  detail: string,
  more: Pick<Problem, 'instance' | 'errors'> = {},
): Problem {
  const known = PROBLEMS[status] ?? PROBLEMS[status < 500 ? 400 : 500];
  return { type: known?.type ?? 'about:blank', title: known?.title ?? 'Error', status, detail, ...more };
}
