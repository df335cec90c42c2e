/** Scheme, host and port of a URL; the text itself as long as it is none. */
export function originOf(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : text;
}
