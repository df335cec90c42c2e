/** Stands in answers and attempts for the value of a header, which is shown nowhere. */
export const MASKED = '********';

/** Most headers of a webhook's own. */
export const MAX_CUSTOM_HEADERS = 10;

const MAX_NAME = 100;
const MAX_VALUE = 1_024;
// A token of RFC 9110 that begins with a letter or digit, which also keeps names such as __proto__ out.
const NAME = /^[A-Za-z0-9][A-Za-z0-9!#$%&'*+.^_`|~-]*$/;
// Printable ASCII, blanks only inside: all that every HTTP server reads alike.
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

const RESERVED_PREFIXES = ['x-ttoolab-', 'webhook-', 'content-', 'proxy-', 'sec-'];
const RESERVED = new Set([
  ...['host', 'user-agent', 'accept', 'accept-encoding', 'date', 'expect', 'http2-settings'],
  // They speak of one connection, not of the request (RFC 9110, 7.6.1).
  ...['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

/** The rule that the name of a header breaks, fit for a field error; undefined when it may be set. */
export function brokenNameRule(name: string): string | undefined {
  if (name.length > MAX_NAME) return `must have a name of at most ${MAX_NAME} characters`;
  if (!NAME.test(name)) return 'must have a name of letters, digits and hyphens';
  return isReservedHeader(name)
    ? 'is set by the hub or belongs to the connection, and cannot be changed'
    : undefined;
}

/** Whether a header is the hub's or the connection's own, and so never a webhook's. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

/** The rule that the value of a header breaks; undefined when it may be sent. */
export function brokenValueRule(value: string): string | undefined {
  if (value.length > MAX_VALUE) return `must be at most ${MAX_VALUE} characters`;
  if (value === MASKED) return 'must be the value itself: leave the header out to keep the one it has';
  return VALUE.test(value)
    ? undefined
    : 'must be printable ASCII, not empty, without blanks at its start or end';
}

/** What the value of a header is encrypted for, so that it decrypts in no other place. @param name in lower case */
export function headerOwner(destinationId: string, name: string): string {
  return `${destinationId} header ${name}`;
}
