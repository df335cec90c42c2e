import { beforeAll } from 'vitest';
import type { Flow, Shop, TestWebhook } from './flow.ts';
import type { Behaviour } from './receiver.ts';

/** A receiver that behaves in one way; 200 unless told. */
export interface Case {
  name: string;
  behaviour?: Behaviour;
  /** Where the webhook points, when not to its path of the receiver. */
  url?: (path: string) => string | Promise<string>;
}

/** One event on its way to the webhook of a case, in a project of its own. */
export interface Run {
  shop: Shop;
  webhook: TestWebhook;
  eventId: string;
}

/** Publishes an event for every case before the tests, so that they wait for their times side by side. */
export function startRuns<C extends Case>(
  flow: Flow,
  group: string,
  cases: readonly C[],
): (one: Pick<C, 'name'>) => Run {
  const runs = new Map<string, Run>();
  const start = async ({ name, behaviour, url }: C) => {
    const path = `/${group}/${encodeURIComponent(name)}`;
    const shop = await flow.shop();
    if (behaviour !== undefined) flow.receiver.on(path, behaviour);
    const webhook = await shop.webhook(path, { url: await url?.(path) });
    runs.set(name, { shop, webhook, eventId: (await shop.publish()).id });
  };
  beforeAll(async () => {
    await Promise.all(cases.map((one) => start(one)));
  });
  return ({ name }) => {
    const run = runs.get(name);
    if (run === undefined) throw new Error(`${name} was not started`);
    return run;
  };
}
