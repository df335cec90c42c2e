const WHEN = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const COUNT = new Intl.NumberFormat('en');
const ELLIPSIS = '…';

/** `9 June 2025 at 12:00 UTC`; what is no time stays as it is. */
export function sayTime(text: string): string {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? text : `${WHEN.format(ms)} UTC`;
}

/** From when to when; one time when that is the same minute. */
export function saySpan(since: string, until: string): string {
  const [from, to] = [sayTime(since), sayTime(until)];
  return from === to ? from : `${from} to ${to}`;
}

/** `12,000` */
export function sayCount(count: number | undefined): string {
  return count === undefined ? '' : COUNT.format(count);
}

/** `12.5 %` of `0.125` */
export function sayShare(share: number | undefined): string {
  return share === undefined ? '' : `${COUNT.format(Math.round(share * 1_000) / 10)} %`;
}

/** `59.90 EUR` */
export function sayMoney(amount: number, currency: string): string {
  return `${amount.toFixed(2)} ${currency}`.trim();
}

/** The text, cut to a length; characters outside the basic plane stay whole. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, '')}${ELLIPSIS}`;
}

/** The text on one line, without control characters and without those that turn the direction of writing around. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim();
}
