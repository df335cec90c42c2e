import { afterAll, beforeAll, expect } from 'vitest';
import { eventually } from './eventually.ts';
import { sampleEvent, type SampleEvent } from './events.ts';
import { startHub, type Answer, type Project, type TestHub } from './hub.ts';
import { startReceiver, type Receipt, type Receiver } from './receiver.ts';
import { runStack } from './run-stack.ts';

/** One request of a delivery, as the API shows it. */
export interface ShownAttempt {
  number: number;
  startedAt: string;
  durationMs: number;
  url: string;
  outcome: string;
  errorClass: string | null;
  error: string | null;
  status: number | null;
  requestHeaders: Record<string, string>;
  batch: { id: string; size: number } | null;
  responseHeaders: Record<string, string>;
  responseBody: { encoding: string; text: string; isTruncated: boolean };
  nextAttemptAt: string | null;
}

/** A delivery as lists show it. */
export interface ListedDelivery {
  id: string;
  eventId: string;
  eventType: string;
  webhookId: string;
  status: string;
  attempts: number;
  nextAttemptAt: string | null;
  lastStatus: number | null;
  lastError: string | null;
  reason: string | null;
  isTest: boolean;
  acceptedAt: string;
}

/** A delivery with its attempts, as the API shows it. */
export interface ShownDelivery extends ListedDelivery {
  requestBody: string;
  attemptList: ShownAttempt[];
}

/** A webhook of a test, and the path of the receiver that it points to. */
export interface TestWebhook {
  id: string;
  secret: string;
  path: string;
}

/** A hub and a receiver for the tests of a file. */
export interface Flow {
  readonly hub: TestHub;
  readonly receiver: Receiver;
  /** Base URL of the hub. */
  readonly url: string;
  /** A project of its own, so that tests at the same time do not get each other's events. */
  shop: () => Promise<Shop>;
}

/** What a webhook of a test is created with, beside a name and a URL of its own. */
export interface WebhookSettings {
  name?: string;
  url?: string;
  eventTypes?: string[];
  rateLimit?: number;
  filter?: string;
  batch?: { maxEvents: number; maxWaitMs: number };
  transformation?: string;
}

/** A project with the questions that tests ask about it. */
export interface Shop extends Project {
  /** Calls the API below the project; a path from /v1 on is taken as it is. */
  call: <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<Answer<T>>;
  /** A webhook whose requests arrive at `path` of the receiver, or elsewhere. */
  webhook: (path: string, settings?: WebhookSettings) => Promise<TestWebhook>;
  /** Publishes over HTTP and expects 202. */
  publish: (event?: SampleEvent) => Promise<SampleEvent>;
  /** Every delivery of a webhook, page after page, newest first. */
  deliveries: (webhookId: string, query?: string) => Promise<ListedDelivery[]>;
  /** A delivery with its attempts. */
  delivery: (id: string) => Promise<ShownDelivery>;
  /** The one delivery of an event to a webhook, once it stands there. */
  settled: (webhookId: string, eventId: string, status: string) => Promise<ShownDelivery>;
  /** Compares a webhook's receipts with its attempt rows, both ways, and the numbers of each delivery's attempts. */
  expectHonestBooks: (webhook: TestWebhook) => Promise<void>;
}

type Settings = Record<string, string>;

/**
 * Starts a hub with these settings before the tests of the file, and ends it after them. A function is asked for them
 * then, since they may name servers that the file starts before.
 */
export function useFlow(settings: Settings | (() => Settings) = {}): Flow {
  let hub: TestHub | undefined;
  let receiver: Receiver | undefined;
  beforeAll(async () => {
    const env = typeof settings === 'function' ? settings() : settings;
    [hub, receiver] = await Promise.all([startHub({ stack: runStack(), env }), startReceiver()]);
  });
  afterAll(async () => {
    await hub?.end();
    await receiver?.close();
  });
  return {
    get hub() {
      return hub ?? failEarly();
    },
    get receiver() {
      return receiver ?? failEarly();
    },
    get url() {
      return `http://127.0.0.1:${this.hub.env['HTTP_PORT']}`;
    },
    async shop() {
      return createShop(this.hub, this.receiver, await this.hub.addProject());
    },
  };
}

function createShop(hub: TestHub, receiver: Receiver, project: Project): Shop {
  const call: Shop['call'] = (method, path, body) =>
    hub.call(
      method,
      path.startsWith('/v1') ? path : `/v1/projects/${project.projectId}${path}`,
      body,
      project.key,
    );
  const delivery: Shop['delivery'] = async (id) =>
    (await call<ShownDelivery>('GET', `/deliveries/${id}`)).body;
  const deliveries: Shop['deliveries'] = async (webhookId, query = '') => {
    const all: ListedDelivery[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `/webhooks/${webhookId}/deliveries?limit=100${query}${cursor && `&cursor=${cursor}`}`;
      const { body } = await call<{ items: ListedDelivery[]; nextCursor: string | null }>('GET', path);
      all.push(...body.items);
      cursor = body.nextCursor;
    }
    return all;
  };
  return {
    ...project,
    call,
    delivery,
    deliveries,
    webhook: async (path, { name = path, url = receiver.url(path), eventTypes = ['*'], ...more } = {}) => {
      const answer = await call<{ id: string; secret: string }>('POST', '/webhooks', {
        name,
        url,
        eventTypes,
        ...more,
      });
      expect(answer).toMatchObject({ status: 201 });
      return { id: answer.body.id, secret: answer.body.secret, path };
    },
    publish: async (event = sampleEvent()) => {
      expect(await call('POST', '/v1/events', event)).toMatchObject({ status: 202, body: { id: event.id } });
      return event;
    },
    settled: async (webhookId, eventId, status) => {
      const { id } = await eventually(async () => {
        const found = await deliveries(webhookId, `&eventId=${eventId}`);
        expect(found).toMatchObject([{ eventId, webhookId, status }]);
        return found[0] as ListedDelivery;
      });
      return delivery(id);
    },
    expectHonestBooks: async ({ id, path }) => {
      const shown = await Promise.all((await deliveries(id)).map((listed) => delivery(listed.id)));
      for (const each of shown) expectGaplessNumbers(each);
      const written = shown.flatMap(({ attemptList }) =>
        attemptList.map((attempt) => attempt.requestHeaders),
      );
      const seen = receiver.receipts(path).map(({ headers }: Receipt) => entryOf(headers));
      expect(written.map(lowerCased).map(entryOf).toSorted()).toEqual(seen.toSorted());
    },
  };
}

function expectGaplessNumbers({ attemptList, attempts }: ShownDelivery): void {
  expect(attemptList.map(({ number }) => number)).toEqual(Array.from({ length: attempts }, (_, i) => i + 1));
}

/** What tells one request from another in both books. */
function entryOf(headers: Record<string, unknown>): string {
  const names = ['x-ttoolab-event-id', 'x-ttoolab-timestamp', 'x-ttoolab-signature', 'webhook-signature'];
  return names.map((name) => String(headers[name])).join(' ');
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function failEarly(): never {
  throw new Error('the hub has not started yet');
}
