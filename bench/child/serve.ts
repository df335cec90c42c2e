/** A call of the benchmark to one of its processes. */
export interface Call {
  id: number;
  name: string;
  argument: unknown;
}

/** What came of it. */
export type Reply = { id: number; value: unknown } | { id: number; error: string };

type Handler<T> = (argument: T) => unknown;

/** Answers the calls of the benchmark, until it is gone. Arguments are what `Child.call` was given: both ends are ours. */
export function serve<H extends object>(handlers: { [K in keyof H]: Handler<H[K]> }): void {
  const byName = new Map(Object.entries(handlers as Record<string, Handler<unknown>>));
  const answer = async ({ id, name, argument }: Call): Promise<Reply> => {
    try {
      const handler = byName.get(name);
      if (handler === undefined) throw new Error(`There is nothing called ${name}`);
      return { id, value: await handler(argument) };
    } catch (error) {
      return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on('message', (call: Call) => void answer(call).then((reply) => process.send?.(reply)));
  process.on('disconnect', () => process.exit(0));
  // The benchmark ends its processes in its own order.
  process.on('SIGINT', () => {});
  process.send?.('ready');
}
