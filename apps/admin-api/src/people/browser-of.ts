import type { Browser } from '#identity';
import type { AuthenticatedRequest } from '#service';

const MAX_USER_AGENT = 300;

/** What a request tells of the browser behind it. */
export function browserOf({ headers, ip }: AuthenticatedRequest): Browser {
  return {
    cookie: textOf(headers['cookie']) ?? '',
    userAgent: (textOf(headers['user-agent']) ?? '').slice(0, MAX_USER_AGENT),
    ipAddress: ip,
  };
}

/** A header's value; of several the first. */
export function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Where handlers set cookies and send browsers elsewhere. */
export interface CookieReply {
  header(name: string, value: string | string[]): CookieReply;
  code(status: number): CookieReply;
}
