import { Command, InvalidArgumentError } from 'commander';
import { digestOf } from './subject.ts';
import type { SinkRequest } from './request.store.ts';

/** What the command line asks for. */
export type SinkCommand =
  | { kind: 'run' }
  | { kind: 'request'; request: SinkRequest }
  | { kind: 'query'; text: string; isWriting: boolean };

interface Options {
  from?: number;
  fromOffset?: number;
  erase?: string;
  project?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Reads the arguments; ends the process with a message when one is missing or wrong. */
export function readCommand(argv: readonly string[], program = new Command('sink')): SinkCommand {
  let command: SinkCommand = { kind: 'run' };
  program
    .description('Runs the warehouse sink, asks the running one for something, or queries the warehouse.')
    .option('--from <time>', 'have the running sink read again from a day or time (UTC): 2025-06-01', time)
    .option('--from-offset <offset>', 'have it read every partition again from an offset', offset)
    .option('--erase <anonymousId>', 'have it remove a visitor of --project', uuid)
    .option('--project <id>', 'project of the visitor', uuid)
    .showHelpAfterError('(add --help for what it takes)')
    .action((options: Options) => {
      command = commandOf(options, program);
    });
  program
    .command('query')
    .argument('<sql>', 'a query over the tables and views, such as "select * from ces_by_week"')
    .option(
      '--write',
      'run it in the warehouse itself, to mend a table; DuckDB needs the sink stopped',
      false,
    )
    .description('run SQL in the warehouse and print the rows')
    .action((text: string, { write }: { write: boolean }) => {
      command = { kind: 'query', text, isWriting: write };
    });
  program.parse([...argv], { from: 'user' });
  return command;
}

function commandOf({ from, fromOffset, erase, project }: Options, program: Command): SinkCommand {
  const wishes = [from, fromOffset, erase].filter((wish) => wish !== undefined);
  if (wishes.length > 1) program.error('--from, --from-offset and --erase cannot be combined.');
  if ((erase === undefined) !== (project === undefined))
    program.error('--erase and --project need each other.');
  if (erase !== undefined && project !== undefined)
    return {
      kind: 'request',
      request: { kind: 'erase', digest: digestOf(project, erase), projectId: project },
    };
  if (from !== undefined) return { kind: 'request', request: { kind: 'rewind', sinceMs: from } };
  if (fromOffset !== undefined) return { kind: 'request', request: { kind: 'rewind', offset: fromOffset } };
  return { kind: 'run' };
}

function time(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(text)
    ? Date.parse(text.length > 10 && !/(Z|[+-]\d\d:\d\d)$/.test(text) ? `${text}Z` : text)
    : Number.NaN;
  if (Number.isNaN(ms))
    throw new InvalidArgumentError(
      'It must be a day such as 2025-06-01, or a time such as 2025-06-01T12:00Z.',
    );
  return ms;
}

function offset(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

function uuid(text: string): string {
  if (!UUID.test(text)) throw new InvalidArgumentError('It must be a UUID.');
  return text.toLowerCase();
}
