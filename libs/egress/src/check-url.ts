import { isIP } from 'node:net';
import { createAddressGuard } from './address-guard.ts';
import { OwnEndpoints, type OwnEndpoint } from './own-endpoints.ts';

/** The rules that a destination's URL can break, each with the sentence to show. */
export const URL_RULES = {
  invalid: 'must be a valid absolute URL',
  'too-long': 'must be at most 2048 characters',
  scheme: 'must start with https:// or http://',
  'https-only': 'must start with https://',
  credentials: 'must not hold a user name or password',
  fragment: 'must not hold a fragment (#…): it would never be sent',
  port: 'must not use port 0',
  address: 'must not point to a loopback, private, or otherwise reserved address',
} as const;

/** Name of a rule of `URL_RULES`. */
export type UrlRule = keyof typeof URL_RULES;

/** `url` is the normalised text, to be stored in place of what was given. */
export type UrlCheck = { ok: true; url: string } | { ok: false; rule: UrlRule };

/** `allow`: CIDR ranges that may be pointed to although they are special; `own`: servers of the hub, which may not. */
export interface UrlOptions {
  httpsOnly: boolean;
  allow: readonly string[];
  own?: readonly OwnEndpoint[];
}

const MAX_CHARACTERS = 2048;

/**
 * Whether a destination with this URL may be created. Names are not resolved here: where one leads is checked at each
 * connect. Literal addresses are checked as the WHATWG parser reads them, so 0x7f.1, 2130706433, 017700000001 and
 * full-width digits are all 127.0.0.1.
 */
export function checkUrl(text: string, options: UrlOptions): UrlCheck {
  if (text.length > MAX_CHARACTERS) return { ok: false, rule: 'too-long' };
  // The parser drops tabs, line breaks and outer blanks and turns \ into /: what it would mend silently is refused.
  if (/[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text)) return { ok: false, rule: 'invalid' };
  const url = new URL(text);
  const broken = CHECKS.find(([, isBroken]) => isBroken(url, { text, ...options }));
  return broken ? { ok: false, rule: broken[0] } : { ok: true, url: url.href };
}

interface Given extends UrlOptions {
  text: string;
}

/** In this order: the first that is broken is told. */
const CHECKS: [UrlRule, (url: URL, given: Given) => boolean][] = [
  ['scheme', ({ protocol }) => protocol !== 'https:' && protocol !== 'http:'],
  // The parser reads https:example.com and https:///example.com as well.
  ['invalid', (_, { text }) => !/^https?:\/\/[^/]/i.test(text)],
  ['https-only', ({ protocol }, { httpsOnly }) => httpsOnly && protocol !== 'https:'],
  // An empty user name, as in https://@example.com, leaves no trace in the parsed URL.
  ['credentials', (_, { text }) => /^[^/]*\/\/[^/?#]*@/.test(text)],
  ['fragment', (_, { text }) => text.includes('#')],
  ['port', ({ port }) => port === '0'],
  ['too-long', ({ href }) => href.length > MAX_CHARACTERS],
  ['address', (url, given) => isForbiddenHost(url, given)],
];

function isForbiddenHost({ hostname, port, protocol }: URL, { allow, own = [] }: Given): boolean {
  const guard = createAddressGuard(allow);
  const endpoints = new OwnEndpoints(own);
  const isOwnPort = endpoints.hasPort(Number(port || (protocol === 'https:' ? 443 : 80)));
  const isAllowed = (address: string) =>
    guard.isAllowed(address) && !(isOwnPort && endpoints.hasAddress(address));
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
  if (host === '') return true;
  if (isIP(host) !== 0) return !isAllowed(host);
  const isLocal = host === 'localhost' || host.endsWith('.localhost');
  return isLocal && !isAllowed('127.0.0.1') && !isAllowed('::1');
}
