/** The token of a link from a mail. It stands in the fragment, which no server and no log ever sees. */
export function tokenOfAddress(): string {
  return new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
}
