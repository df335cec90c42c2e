/** What tells which page made a request: headers of the browser, and how it came. */
export interface PageOfRequest {
  protocol: string;
  origin?: string;
  host?: string;
  secFetchSite?: string;
}

/**
 * Whether a request comes from a page of the hub's own: undefined where nothing says so, as with programs that are no
 * browsers. `Origin` decides where there is one; a page can neither leave it out nor choose it.
 */
export function isOwnPage(
  { origin, host, secFetchSite, protocol }: PageOfRequest,
  publicUrl: string,
): boolean | undefined {
  if (origin !== undefined) {
    const own = new URL(publicUrl);
    if (origin === own.origin) return true;
    // Browsers may also reach the hub by another name than PUBLIC_URL, such as localhost; its cookies are that name's.
    const page = URL.parse(origin);
    if (page === null || page.host !== host) return false;
    // Whoever is on the way can forge a page of http, so it says nothing where the hub is on https.
    return page.protocol === 'https:' || (protocol === 'http' && host !== own.host);
  }
  if (secFetchSite !== undefined) return secFetchSite === 'same-origin' || secFetchSite === 'none';
  return undefined;
}
