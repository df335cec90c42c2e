/** Set by the server for each page: without it the Content-Security-Policy refuses the style elements of components. */
export function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
}
