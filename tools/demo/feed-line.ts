import { styleText } from 'node:util';

/** One `delivery.attempted` line of the hub's log. */
export interface AttemptLine {
  time: number;
  deliveryId: string;
  eventType: string;
  destinationId: string;
  attempt: number;
  outcome: 'delivered' | 'rejected' | 'unreachable' | 'interrupted';
  status?: number | null;
  errorClass?: string | null;
  ms: number;
  next: 'done' | 'retry' | 'again' | 'dead';
}

/** How lines are written: with colours or not, names of destinations, delays before attempt 2, 3 … as they are set. */
export interface FeedStyle {
  hasColour: boolean;
  names: ReadonlyMap<string, string>;
  retryDelays: readonly string[];
}

const WIDTHS = { time: 8, event: 26, destination: 13, attempt: 3, status: 9, ms: 6 };
const SHOWN_ID = 8;

/** The line above the feed. */
export function feedHeader(style: FeedStyle): string {
  const { time, event, destination, attempt, status, ms } = WIDTHS;
  const names = [
    'time'.padEnd(time),
    'event'.padEnd(event),
    'destination'.padEnd(destination),
    'try'.padStart(attempt),
  ];
  return paint(style, 'dim', [...names, 'status'.padEnd(status), 'ms'.padStart(ms), 'next'].join('  '));
}

/** One attempt as a line of the feed. */
export function feedLine(line: AttemptLine, style: FeedStyle): string {
  const { time, event, destination, attempt, status, ms } = WIDTHS;
  const colour = colourOf(line);
  const name = style.names.get(line.destinationId) ?? line.destinationId.slice(0, SHOWN_ID);
  const columns = [
    paint(style, 'dim', clock(line.time).padEnd(time)),
    line.eventType.padEnd(event),
    name.slice(0, destination).padEnd(destination),
    String(line.attempt).padStart(attempt),
    paint(style, colour, String(line.status ?? line.errorClass ?? '–').padEnd(status)),
    String(Math.round(line.ms)).padStart(ms),
    paint(style, colour, nextOf(line, style.retryDelays)),
  ];
  return columns.join('  ').trimEnd();
}

/** A warning or worse of the hub or the simulator: its name and its plain fields. */
export function warningLine(line: Record<string, unknown>, style: FeedStyle): string {
  const { time, level, app, msg, err, pid: _pid, hostname: _hostname, stage: _stage, ...fields } = line;
  const cause = typeof err === 'object' && err !== null && 'message' in err ? [String(err.message)] : [];
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${format(value)}`);
  const word = Number(level) >= 50 ? 'error' : 'warning';
  const text = [word, `${String(app)}:`, String(msg), ...cause, ...shown]
    .join(' ')
    .replaceAll(/\s*\n\s*/g, ' ');
  return `${paint(style, 'dim', clock(Number(time)))}  ${paint(style, word === 'error' ? 'red' : 'yellow', text)}`;
}

type Colour = 'dim' | 'green' | 'yellow' | 'red';

/** A text in a colour, where there are colours. */
export function paint({ hasColour }: Pick<FeedStyle, 'hasColour'>, colour: Colour, text: string): string {
  return hasColour ? styleText(colour, text, { validateStream: false }) : text;
}

function format(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function colourOf({ next }: AttemptLine): Colour {
  switch (next) {
    case 'done':
      return 'green';
    case 'retry':
    case 'again':
      return 'yellow';
    case 'dead':
      return 'red';
  }
}

function nextOf({ attempt, next }: AttemptLine, retryDelays: readonly string[]): string {
  switch (next) {
    case 'done':
      return attempt > 1 ? 'arrived after all' : '';
    case 'retry':
      return `retry in ${retryDelays[attempt - 1] ?? 'a while'}`;
    case 'again':
      return 'again at once';
    case 'dead':
      return 'given up';
  }
}

function clock(ms: number): string {
  return new Date(ms).toTimeString().slice(0, 8);
}
