import { feedHeader, feedLine, paint, warningLine, type AttemptLine, type FeedStyle } from './feed-line.ts';

const WARN = 40;
const HEADER_EVERY = 40;
const PUBLISHED = new Set(['simulation.progress', 'simulation.ended']);
const MAX_WAITING = 100_000;
const MAX_EARLY = 200;
/** What the banner says already. */
const KNOWN = new Set(['egress.special-ranges-allowed']);

/** Turns the log lines of the hub and the simulator into a feed that people can read. */
export class LiveFeed {
  readonly #style: FeedStyle;
  readonly #print: (line: string) => void;
  readonly #retrying = new Set<string>();
  /** Warnings of a starting hub, while it waits for its parts; undefined once it is ready. */
  #early: string[] | undefined = [];
  /** Attempts of retries that are left from an earlier run, until the feed begins. */
  readonly #earlyAttempts: AttemptLine[] = [];
  #lines = 0;
  #published = 0;
  #arrived = 0;
  #verified = 0;
  #rejected = 0;

  constructor(style: FeedStyle, print: (line: string) => void) {
    this.#style = style;
    this.#print = print;
  }

  /** Takes one line of output: a JSON log line, or text, which is shown as it is. */
  read(text: string): void {
    const line = parse(text);
    if (line === undefined) {
      if (text.trim() !== '') this.#print(text);
    } else if (line['msg'] === 'delivery.attempted') this.#attempted(line as unknown as AttemptLine);
    else if (PUBLISHED.has(String(line['msg']))) this.#published = Number(line['published']);
    else if (Number(line['level']) >= WARN) this.#warn(line);
  }

  /** The hub is ready: what it warned of before is over, what it attempted is shown. */
  begin(): void {
    this.#early = undefined;
    for (const line of this.#earlyAttempts.splice(0)) this.#attempted(line);
  }

  /** The hub did not become ready: shows what it warned of. */
  tellEarlyWarnings(): void {
    for (const line of this.#early ?? []) this.#print(line);
    this.#early = undefined;
  }

  /** Takes what the receiver says of one request. */
  received(isVerified: boolean): void {
    if (isVerified) this.#verified += 1;
    else this.#rejected += 1;
  }

  get verified(): number {
    return this.#verified;
  }

  /** How things stand, as one line. */
  status(): string {
    const parts = [
      `${this.#published} events published`,
      `${this.#arrived} deliveries arrived`,
      `${this.#verified} signatures verified by the receiver`,
      ...(this.#rejected > 0 ? [`${this.#rejected} REJECTED by it`] : []),
      `${this.#retrying.size} waiting for a retry`,
    ];
    return paint(this.#style, this.#rejected > 0 ? 'red' : 'dim', `── ${parts.join(' · ')} ──`);
  }

  #warn(line: Record<string, unknown>): void {
    if (KNOWN.has(String(line['msg']))) return;
    const text = warningLine(line, this.#style);
    if (this.#early === undefined || Number(line['level']) > WARN) this.#print(text);
    else if (this.#early.length < MAX_EARLY) this.#early.push(text);
  }

  #attempted(line: AttemptLine): void {
    if (this.#early !== undefined) {
      if (this.#earlyAttempts.length < MAX_EARLY) this.#earlyAttempts.push(line);
      return;
    }
    if (this.#lines++ % HEADER_EVERY === 0) this.#print(feedHeader(this.#style));
    this.#print(feedLine(line, this.#style));
    if (line.outcome === 'delivered') this.#arrived += 1;
    if (line.next !== 'retry') this.#retrying.delete(line.deliveryId);
    else if (this.#retrying.size < MAX_WAITING) this.#retrying.add(line.deliveryId);
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
