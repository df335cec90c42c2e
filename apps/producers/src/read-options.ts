import { isUuid } from '#events';
import { Command, InvalidArgumentError } from 'commander';

/** What the simulator is told on its command line. */
export interface Options {
  /** Events a second. */
  rate: number;
  tenant: string;
  project: string;
  count?: number;
  seconds?: number;
  seed?: number;
  /** Seconds between two progress lines of the log. */
  progress: number;
}

const MAX_RATE = 5_000;

/** Reads `process.argv`; ends the process with a message when an option is missing or wrong. */
export function readOptions(argv: readonly string[]): Options {
  return new Command('simulate')
    .description(
      'Publishes the events of a simulated web shop to the Kafka of KAFKA_BROKERS, until it is stopped.',
    )
    .requiredOption('--tenant <id>', 'tenant that the events belong to', uuid)
    .requiredOption('--project <id>', 'project that the events belong to', uuid)
    .option('--rate <n>', 'events a second', numberUpTo(MAX_RATE), 5)
    .option('--count <n>', 'stop after this many events', wholeNumber)
    .option('--seconds <n>', 'stop after this long', numberUpTo(31_536_000))
    .option('--seed <n>', 'whole number; the same one gives the same visitors and choices', wholeNumber)
    .option('--progress <n>', 'seconds between two progress lines', numberUpTo(3_600), 10)
    .parse(argv, { from: 'user' })
    .opts<Options>();
}

function uuid(text: string): string {
  if (!isUuid(text)) throw new InvalidArgumentError('It must be a UUID.');
  return text.toLowerCase();
}

function numberUpTo(max: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value > 0 && value <= max) return value;
    throw new InvalidArgumentError(`It must be a number above 0, up to ${max}.`);
  };
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}
