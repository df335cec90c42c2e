import { verifySignature } from '#webhooks';
import { percentile } from './measure/statistics.ts';
import { readMark } from './sample-event.ts';

/** What is going to arrive. Webhook `w` is the path `/w`. */
export interface Expectation {
  run: number;
  /** Events; each arrives once at each webhook. */
  count: number;
  /** One a webhook; requests are checked against them now and then. */
  secrets: readonly string[];
}

/** What arrived of a run. Times by `nowUs`; latencies in ms from publishing to receipt. */
export interface Receipts {
  received: number;
  duplicates: number;
  missing: number;
  firstUs: number;
  lastUs: number;
  /** When these shares of the deliveries had arrived. */
  atShareUs: { share: number; us: number }[];
  latencyMs: { p50: number; p99: number; max: number };
  signatures: { checked: number; wrong: number };
}

/** A request, in bytes that are only good for the moment. */
export interface Receipt {
  webhook: number;
  bytes: Buffer;
  bodyStart: number;
  bodyEnd: number;
  atUs: number;
  /** Asked for only when the signature is checked. */
  headers: () => Record<string, string | undefined>;
}

interface Run {
  expectation: Expectation;
  seen: Uint8Array;
  receivedUs: Float64Array;
  latencyUs: Float64Array;
  received: number;
  duplicates: number;
  samples: { headers: Record<string, string | undefined>; body: Buffer; webhook: number; atMs: number }[];
  onDone?: () => void;
}

const SAMPLE_EVERY = 250;
const SHARES = [0.1, 0.5, 0.9, 0.99, 1];

/** Which events of which runs have arrived, and when. */
export class Books {
  readonly #runs = new Map<number, Run>();

  expect(expectation: Expectation): void {
    const size = expectation.count * expectation.secrets.length;
    const [seen, receivedUs, latencyUs] = [
      new Uint8Array(size),
      new Float64Array(size),
      new Float64Array(size),
    ];
    this.#runs.set(expectation.run, {
      expectation,
      seen,
      receivedUs,
      latencyUs,
      received: 0,
      duplicates: 0,
      samples: [],
    });
  }

  enter({ webhook, bytes, bodyStart, bodyEnd, atUs, headers }: Receipt): void {
    const mark = readMark(bytes, bodyStart, bodyEnd);
    const run = mark && this.#runs.get(mark.run);
    if (mark === undefined || run === undefined) return;
    const index = mark.number * run.expectation.secrets.length + webhook;
    if (run.seen[index] !== 0) {
      run.duplicates++;
      return;
    }
    run.seen[index] = 1;
    run.receivedUs[run.received] = atUs;
    run.latencyUs[run.received] = atUs - mark.atUs;
    if (run.received % SAMPLE_EVERY === 0) {
      const body = Buffer.from(bytes.subarray(bodyStart, bodyEnd));
      run.samples.push({ headers: headers(), body, webhook, atMs: Date.now() });
    }
    run.received++;
    if (run.received === run.seen.length) run.onDone?.();
  }

  /** Resolves when everything has arrived, or after the timeout; with whether it has. */
  done(number: number, timeoutMs: number): Promise<boolean> {
    const run = this.#find(number);
    if (run.received === run.seen.length) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), timeoutMs);
      run.onDone = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  /** The books of a run, which is then forgotten. @param published how many events there really were */
  report(number: number, published: number): Receipts {
    const run = this.#find(number);
    this.#runs.delete(number);
    const { received, duplicates } = run;
    const receivedUs = run.receivedUs.subarray(0, received);
    const latencyUs = run.latencyUs.subarray(0, received);
    return {
      received,
      duplicates,
      missing: published * run.expectation.secrets.length - received,
      firstUs: receivedUs[0] ?? Number.NaN,
      lastUs: receivedUs[received - 1] ?? Number.NaN,
      atShareUs: SHARES.map((share) => ({ share, us: percentile(receivedUs, share) })),
      latencyMs: {
        p50: percentile(latencyUs, 0.5) / 1_000,
        p99: percentile(latencyUs, 0.99) / 1_000,
        max: percentile(latencyUs, 1) / 1_000,
      },
      signatures: { checked: run.samples.length, wrong: countWrong(run) },
    };
  }

  #find(number: number): Run {
    const run = this.#runs.get(number);
    if (run === undefined) throw new Error(`Run ${number} is not expected`);
    return run;
  }
}

function countWrong({ samples, expectation: { secrets } }: Run): number {
  return samples.filter(({ headers, body, webhook, atMs }) => {
    const received = { headers, body, secret: secrets[webhook] ?? '', nowMs: atMs };
    return (['ttoolab', 'standard'] as const).some((scheme) => !verifySignature({ ...received, scheme }).ok);
  }).length;
}
