import type { Attempt } from '../api/types.ts';

// What curl says by itself.
const OWN = new Set(['host', 'content-length', 'connection', 'transfer-encoding']);

/** A command for a POSIX shell that sends the same request. */
export function curlOf(
  { url, requestHeaders }: Pick<Attempt, 'url' | 'requestHeaders'>,
  body: string,
): string {
  const headers = Object.entries(requestHeaders).filter(([name]) => !OWN.has(name.toLowerCase()));
  return [
    `curl -i -X POST ${quote(url)}`,
    ...headers.map(([name, value]) => `  -H ${quote(`${name}: ${value}`)}`),
    `  --data-raw ${quote(body)}`,
  ].join(' \\\n');
}

// Within single quotes a shell reads nothing but their end.
const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
