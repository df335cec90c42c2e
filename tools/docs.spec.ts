import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadConfig } from '#config';
import { EVENT_TYPES, NEWS_TYPES } from '#events';
import { CHANNELS, createTopics, type Topics } from '#kafka';
import { PERMISSIONS, ROLES } from '#service';
import { describe, expect, it } from 'vitest';

interface BoundaryRule {
  name: string;
  to: { pathNot?: string };
}

const ROOT = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

/** The cells of every table row whose first cell is one name in backticks, in the section of this heading. */
function rowsOf(text: string, heading: string): string[][] {
  const section = `\n${text}`.split(`\n${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => /^\| `[^`]+` +\|/.test(line));
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const firstCells = (rows: string[][]) => rows.map(([cell = '']) => cell.replaceAll('`', ''));

describe('README.md', () => {
  it('lists the event types that there are', () => {
    expect(firstCells(rowsOf(read('README.md'), '## Event types')).toSorted()).toEqual(
      [...EVENT_TYPES, ...NEWS_TYPES].toSorted(),
    );
  });

  it('shows the verification of docs/receiving-webhooks.md', () => {
    const lines = (path: string) =>
      /function isGenuine[^]*?\n\}/.exec(read(path))?.[0].replaceAll(/^\s*\/\/.*\n/gm, '');
    expect(lines('README.md')).toBe(lines('docs/receiving-webhooks.md'));
  });
});

describe('ARCHITECTURE.md', () => {
  const text = read('ARCHITECTURE.md');

  it('names only files that there are', () => {
    const paths = [...text.matchAll(/`((?:apps|libs|schemas|test|tools|docs)\/[^`<>*]+)`/g)].map(
      (match) => match[1] ?? '',
    );
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(new URL(path, ROOT)))).toEqual([]);
  });

  it('allows a library what the boundary rules allow', () => {
    const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as {
      forbidden: BoundaryRule[];
    };
    const rules = forbidden.flatMap(({ name, to }) => {
      const library = /^lib-(.+)-imports$/.exec(name)?.[1];
      const allowed = /\((.+)\)/.exec(to.pathNot ?? '')?.[1]?.split('|') ?? [];
      return library === undefined
        ? []
        : [[library, allowed.filter((other) => other !== library).toSorted()]];
    });
    const rows = rowsOf(text, '## Libraries').map(([library = '', , allowed = '']) => [
      library.replaceAll('`', ''),
      allowed
        .split(', ')
        .filter((name) => name !== '')
        .toSorted(),
    ]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(rules));
  });
});

describe('docs/topics.md', () => {
  it('lists the topics that there are', () => {
    const topics = createTopics('', loadConfig(['delivery'], {}).delivery.RETRY_DELAYS);
    expect(firstCells(rowsOf(read('docs/topics.md'), '# Topics')).toSorted()).toEqual(
      namesOf(topics).toSorted(),
    );
  });
});

describe('docs/permissions.md', () => {
  it('says of each permission who has it, as the code does', () => {
    const rows = rowsOf(read('docs/permissions.md'), '# Who may do what');
    const expected = Object.entries(PERMISSIONS).map(([name, { allows, roles, isScope }]) => [
      `\`${name}\``,
      allows,
      ...[...ROLES.map((role) => (roles as readonly string[]).includes(role)), isScope].map((has) =>
        has ? 'yes' : '',
      ),
    ]);
    expect(rows).toEqual(expected);
  });
});

describe.each([
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/running.md',
  'docs/topics.md',
  'docs/permissions.md',
  'docs/people.md',
])('%s', (page) => {
  it('links only to pages that there are', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '');
    expect(links.filter((link) => !existsSync(new URL(link, new URL(page, ROOT))))).toEqual([]);
  });

  it('names only scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm run (?:-s )?([a-z:]+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

function namesOf(topics: Topics): string[] {
  const { eventsDead, attempts, destinations, lanes, erasures } = topics;
  const own = [...topics.allEvents, eventsDead, attempts, destinations, lanes, erasures];
  const ofChannels = CHANNELS.flatMap((channel) => {
    const { deliveries, retries, deferred, replay, dead } = topics[channel];
    return [deliveries, ...retries.map(({ topic }) => topic), deferred, replay, dead];
  });
  return [...own, ...ofChannels];
}
