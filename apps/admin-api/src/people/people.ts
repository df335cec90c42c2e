import type { Identity } from '#identity';
import { PersonSource, problem, type AuthenticatedRequest, type PersonPrincipal } from '#service';
import { browserOf, textOf } from './browser-of.ts';
import { isOwnPage } from './is-own-page.ts';
import type { PersonStore } from './person.store.ts';

const CHANGING: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Tells the guard who is signed in, what they are where, and which requests no page of ours made. */
export class People extends PersonSource {
  readonly #identity: Identity;
  readonly #persons: PersonStore;
  readonly #publicUrl: string;

  constructor(identity: Identity, persons: PersonStore, publicUrl: string) {
    super();
    this.#identity = identity;
    this.#persons = persons;
    this.#publicUrl = publicUrl;
  }

  async signedIn(request: AuthenticatedRequest): Promise<PersonPrincipal | undefined> {
    const session = await this.#identity.session(browserOf(request));
    return session && { kind: 'person', ...session };
  }

  membership(...args: Parameters<PersonSource['membership']>): ReturnType<PersonSource['membership']> {
    return this.#persons.membership(...args);
  }

  /** A cookie comes along with any page's request, so a change by cookie must be seen to come from our own. */
  requireOwnPage({ method, headers, protocol }: AuthenticatedRequest, isSignedIn: boolean): void {
    if (!CHANGING.has(method)) return;
    const isOwn = isOwnPage(
      {
        protocol,
        origin: textOf(headers['origin']),
        host: textOf(headers['host']),
        secFetchSite: textOf(headers['sec-fetch-site']),
      },
      this.#publicUrl,
    );
    if (isOwn === true || (isOwn === undefined && !isSignedIn)) return;
    throw problem(403, 'This request does not come from a page of the hub: its Origin is another.');
  }
}
