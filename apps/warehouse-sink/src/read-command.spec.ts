import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { readCommand } from './read-command.ts';
import { formatTable } from './run-command.ts';
import { digestOf } from './subject.ts';

const ID = '5f3c1f0e-6c1d-4f0a-9f57-2a1f7f0c9b3e';
const PROJECT = '0197a1b2-0000-7000-8000-0000000000b1';

/** Reads as the command line does, with its complaints as errors. */
function read(...argv: string[]) {
  const said: string[] = [];
  const program = new Command('sink').exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
  try {
    return readCommand(argv, program);
  } catch {
    throw new Error(said.join(''));
  }
}

describe('the command line', () => {
  it.each([
    [[], { kind: 'run' }],
    [
      ['--from', '2025-06-01'],
      { kind: 'request', request: { kind: 'rewind', sinceMs: Date.UTC(2025, 5, 1) } },
    ],
    [
      ['--from=2025-06-01T12:30'],
      { kind: 'request', request: { kind: 'rewind', sinceMs: Date.UTC(2025, 5, 1, 12, 30) } },
    ],
    [
      ['--from', '2025-06-01T12:30+02:00'],
      { kind: 'request', request: { kind: 'rewind', sinceMs: Date.UTC(2025, 5, 1, 10, 30) } },
    ],
    [['--from-offset', '0'], { kind: 'request', request: { kind: 'rewind', offset: 0 } }],
    [
      ['--erase', ID.toUpperCase(), '--project', PROJECT],
      { kind: 'request', request: { kind: 'erase', projectId: PROJECT, digest: digestOf(PROJECT, ID) } },
    ],
    [['query', 'select 1'], { kind: 'query', text: 'select 1', isWriting: false }],
    [['query', '--write', 'select 1'], { kind: 'query', text: 'select 1', isWriting: true }],
  ])('%j asks for %j', (argv, command) => {
    expect(read(...argv)).toEqual(command);
  });

  it.each([
    [['--from', 'yesterday'], /must be a day such as 2025-06-01/],
    [['--from', '2025-13-01'], /must be a day/],
    [['--from-offset', '-1'], /must be a whole number/],
    [['--from', '2025-06-01', '--from-offset', '0'], /cannot be combined/],
    [['--erase', ID], /--erase and --project need each other/],
    [['--erase', 'x', '--project', PROJECT], /must be a UUID/],
    [['query'], /missing required argument/],
  ])('%j is refused with what it takes', (argv, message) => {
    expect(() => read(...argv)).toThrow(message);
  });
});

describe('a table of rows', () => {
  it('is aligned, with days as days and fractions in short', () => {
    const rows = [
      { week: new Date('2025-06-09T00:00:00Z'), score: 5.3333, note: null },
      { week: new Date('2025-06-16T00:00:00Z'), score: 6, note: 'fine' },
    ];
    expect(formatTable(rows).split('\n')).toEqual([
      'week        score  note',
      '----------  -----  ----',
      '2025-06-09  5.333',
      '2025-06-16  6      fine',
    ]);
    expect(formatTable([])).toBe('(no rows)');
  });
});
