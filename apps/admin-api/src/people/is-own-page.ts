/** Headers by which a browser says which page made a request. */
export interface PageHeaders {
  origin?: string;
  host?: string;
  secFetchSite?: string;
}

/**
 * Whether a request comes from a page of the hub's own: undefined where nothing says so, as with programs that are no
 * browsers. `Origin` decides where there is one; a page can neither leave it out nor choose it.
 */
export function isOwnPage(
  { origin, host, secFetchSite }: PageHeaders,
  publicUrl: string,
): boolean | undefined {
  if (origin !== undefined) {
    // Browsers may also reach the hub by another name than PUBLIC_URL, such as localhost; its cookies are that name's.
    return origin === new URL(publicUrl).origin || (host !== undefined && hostOf(origin) === host);
  }
  if (secFetchSite !== undefined) return secFetchSite === 'same-origin' || secFetchSite === 'none';
  return undefined;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
