import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** What a browser got. */
export interface PageAnswer<T = Record<string, unknown>> {
  status: number;
  body: T;
  /** Cookies as they were set, with their attributes. */
  setCookies: string[];
  headers: Record<string, unknown>;
}

/** A browser with cookies of its own, on a page of the hub unless its headers say otherwise. */
export interface TestBrowser {
  cookies: Map<string, string>;
  call<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string | undefined>,
  ): Promise<PageAnswer<T>>;
}

/** Opens a browser on pages of `origin`, which talks to `app` as `hub.test`. */
export function openBrowser(app: NestFastifyApplication, origin = 'http://hub.test'): TestBrowser {
  const cookies = new Map<string, string>();
  return {
    cookies,
    async call<T>(
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string | undefined> = {},
    ) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const sent: Record<string, string | undefined> = {
        host: 'hub.test',
        origin: method === 'GET' ? undefined : origin,
        'user-agent': 'A browser',
        ...(cookie === '' ? {} : { cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      };
      const response = await app.inject({
        method: method as 'GET',
        url: path,
        headers: Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined)),
        payload: body === undefined ? undefined : JSON.stringify(body),
      });
      const setCookies = [response.headers['set-cookie'] ?? []].flat();
      keep(cookies, setCookies);
      const isJson = /json/.test(String(response.headers['content-type']));
      return {
        status: response.statusCode,
        body: (isJson ? response.json() : {}) as T,
        setCookies,
        headers: response.headers,
      };
    },
  };
}

function keep(cookies: Map<string, string>, setCookies: readonly string[]): void {
  for (const line of setCookies) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0/i.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }
}
