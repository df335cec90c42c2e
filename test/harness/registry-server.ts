import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RECORD_NAMES, schemaText, type RegistrySettings } from '#events';

/** A schema registry in memory: what the hub uses of the Confluent API, as a real HTTP server. */
export interface RegistryServer {
  settings: RegistrySettings;
  /** `GET /schemas/ids/1` and so on, in order. */
  requests: string[];
  /** Puts a schema in without any check. @returns its id */
  add: (subject: string, text: string) => number;
  /** Answers every request with this status from now on; `undefined` ends it. */
  failWith: (status: number | undefined) => void;
  close: () => Promise<void>;
}

interface Entry {
  subject: string;
  text: string;
}

/** Starts one that has the hub's own schemas, unless told otherwise. */
export async function startRegistryServer({ isEmpty = false } = {}): Promise<RegistryServer> {
  const entries: Entry[] = isEmpty
    ? []
    : RECORD_NAMES.map((subject) => ({ subject, text: schemaText(subject) }));
  const requests: string[] = [];
  let failure: number | undefined;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (failure !== undefined) return reply(response, failure, { message: 'told to fail' });
    void answer(entries, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    settings: {
      SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}`,
      SCHEMA_REGISTRY_USERNAME: undefined,
      SCHEMA_REGISTRY_PASSWORD: undefined,
    },
    requests,
    add: (subject, text) => entries.push({ subject, text }),
    failWith: (status) => {
      failure = status;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(entries: Entry[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [kind, ...rest] = (request.url ?? '').split('/').slice(1).map(decodeURIComponent);
  if (kind === 'schemas') {
    const entry = entries[Number(rest.at(-1)) - 1];
    return entry === undefined ? notFound(response) : reply(response, 200, { schema: entry.text });
  }
  const [subject = ''] = rest;
  if (kind === 'config') return request.method === 'PUT' ? reply(response, 200, {}) : notFound(response);
  const { schema: text } = JSON.parse(await textOf(request)) as { schema: string };
  const index = entries.findIndex((entry) => entry.subject === subject && entry.text === text);
  if (index >= 0) return reply(response, 200, { id: index + 1 });
  if (rest.at(-1) !== 'versions') return notFound(response);
  reply(response, 200, { id: entries.push({ subject, text }) });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function notFound(response: ServerResponse): void {
  reply(response, 404, { error_code: 40403, message: 'not found' });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/vnd.schemaregistry.v1+json' });
  response.end(JSON.stringify(body));
}
