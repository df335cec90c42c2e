import type { Codec } from '#events';
import type { OutgoingRecord, Producer } from '#kafka';

/** A record as it was handed to the producer, decoded. */
export interface Written {
  topic: string;
  key: string;
  name: string;
  value: Record<string, unknown>;
  headers: OutgoingRecord['headers'];
}

/** A producer that notes what it is given, and a codec whose bytes it can read. Nothing leaves the process. */
export interface RecordingProducer {
  producer: Producer;
  codec: Codec;
  written: Written[];
  /** What went to a topic. */
  to: (topic: string) => Written['value'][];
  /** From now on nothing is acknowledged before `acknowledge`. */
  hold: () => void;
  /** Acknowledges what waits, and, as long as it holds, nothing of what comes after. */
  acknowledge: () => Promise<void>;
  /** From now on everything is refused with this error. */
  refuse: (error: Error) => void;
}

/** Resolves once everything that can go on without I/O and timers has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Makes one that acknowledges at once. */
export function createRecordingProducer(): RecordingProducer {
  const written: Written[] = [];
  const contents = new WeakMap<Buffer, Pick<Written, 'name' | 'value'>>();
  let waiting: (() => void)[] = [];
  let isHolding = false;
  let refusal: Error | undefined;
  const encode = (name: string, value: Record<string, unknown>) => {
    const bytes = Buffer.from(name);
    contents.set(bytes, { name, value });
    return bytes;
  };
  const send = async ({ topic, key, value, headers }: OutgoingRecord) => {
    if (refusal !== undefined) throw refusal;
    const content = contents.get(value as Buffer) ?? { name: '', value: {} };
    written.push({ topic, key, headers, ...content });
    if (isHolding) await new Promise<void>((resolve) => waiting.push(resolve));
    return { atMs: undefined };
  };
  return {
    producer: { send, hasten: () => {} } as unknown as Producer,
    codec: { encode } as unknown as Codec,
    written,
    to: (topic) => written.filter((one) => one.topic === topic).map(({ value }) => value),
    hold: () => void (isHolding = true),
    acknowledge: async () => {
      const all = waiting;
      waiting = [];
      for (const resolve of all) resolve();
      await settled();
    },
    refuse: (error) => void (refusal = error),
  };
}
