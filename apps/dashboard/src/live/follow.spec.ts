import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { follow } from './follow.ts';

const [OPEN, CLOSED] = [1, 2];

class Stream {
  readyState = OPEN;
  isClosed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }

  tell(type: string, data = ''): void {
    this.#listeners.get(type)?.({ data } as MessageEvent<string>);
  }

  /** As browsers do when the answer is no stream. */
  refuse(): void {
    this.readyState = CLOSED;
    this.tell('error');
  }

  close(): void {
    this.isClosed = true;
  }
}

function start() {
  const streams: Stream[] = [];
  const told: string[] = [];
  const stop = follow({
    open: () => {
      const stream = new Stream();
      streams.push(stream);
      return stream;
    },
    onChanged: (topics) => told.push(topics),
    onBack: () => told.push('back'),
  });
  return { streams, told, stop };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells of changes', () => {
  const { streams, told } = start();
  streams[0]?.tell('open');
  streams[0]?.tell('changed', 'traffic,webhooks');
  expect(told).toEqual(['traffic,webhooks']);
});

it('comes back after a refusal, ever later, and then has all that is shown asked for again', () => {
  const { streams, told } = start();
  streams[0]?.refuse();
  vi.advanceTimersByTime(4_999);
  expect(streams).toHaveLength(1);
  vi.advanceTimersByTime(1);
  streams[1]?.refuse();
  vi.advanceTimersByTime(9_999);
  expect(streams).toHaveLength(2);
  vi.advanceTimersByTime(1);
  streams[2]?.tell('open');
  expect([streams.length, told]).toEqual([3, ['back']]);
});

it('leaves a stream alone that the browser opens again by itself', () => {
  const { streams, told } = start();
  streams[0]?.tell('open');
  streams[0]?.tell('error');
  vi.advanceTimersByTime(600_000);
  streams[0]?.tell('open');
  expect([streams.length, told]).toEqual([1, ['back']]);
});

it('ends when it is told to, also while it waits', () => {
  const { streams, stop } = start();
  streams[0]?.refuse();
  stop();
  vi.advanceTimersByTime(600_000);
  expect([streams.length, streams[0]?.isClosed]).toEqual([1, true]);
});
