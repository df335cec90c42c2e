import { describe, expect, it } from 'vitest';
import { isOwnPage, type PageOfRequest } from './is-own-page.ts';

const PUBLIC_URL = 'https://hub.example.com/';

describe('the page that a request comes from', () => {
  it.each<[string, Partial<PageOfRequest>, boolean | undefined]>([
    ['of the public URL', { origin: 'https://hub.example.com', host: 'inside:3000' }, true],
    ['of the very host that it asks', { origin: 'http://localhost:3000', host: 'localhost:3000' }, true],
    ['of another host', { origin: 'https://evil.example', host: 'hub.example.com' }, false],
    ['of another port', { origin: 'http://localhost:4000', host: 'localhost:3000' }, false],
    ['of a sister domain', { origin: 'https://www.example.com', host: 'hub.example.com' }, false],
    ['of http in place of https', { origin: 'http://hub.example.com', host: 'inside:3000' }, false],
    [
      'of http on the very host that is on https',
      { origin: 'http://hub.example.com', host: 'hub.example.com' },
      false,
    ],
    [
      'of http on a host that is asked by https',
      { origin: 'http://hub.internal', host: 'hub.internal', protocol: 'https' },
      false,
    ],
    ['of https, behind a proxy', { origin: 'https://hub.internal', host: 'hub.internal' }, true],
    ['that hides its origin', { origin: 'null', host: 'hub.example.com' }, false],
    [
      'of a foreign origin, whatever else it says',
      { origin: 'https://evil.example', secFetchSite: 'same-origin' },
      false,
    ],
    ['that the browser calls its own', { secFetchSite: 'same-origin' }, true],
    ['that the browser calls foreign', { secFetchSite: 'cross-site' }, false],
    ['that the browser calls a sister', { secFetchSite: 'same-site' }, false],
    ['that nothing is said of', { host: 'hub.example.com' }, undefined],
  ])('%s', (_, headers, expected) =>
    expect(isOwnPage({ protocol: 'http', ...headers }, PUBLIC_URL)).toBe(expected),
  );
});
