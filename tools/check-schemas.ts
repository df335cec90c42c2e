/** Refuses schema changes that could not read what is already written: `npm run schemas:check [-- <git ref>]`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { findIncompatible } from '#events';
import { fromFiles, inline, readSchemas, type AvroNode } from './generate-events.ts';

/** One line for each record whose schema in `next` cannot read what the one in `before` wrote. */
export function checkSchemas(
  before: ReadonlyMap<string, AvroNode>,
  next: ReadonlyMap<string, AvroNode>,
): string[] {
  return [...before].flatMap(([name, old]) => {
    const changed = next.get(name);
    if (changed === undefined) return [`${name} is gone: records of it may still be in the topics`];
    const reason = findIncompatible(inline(old, before), inline(changed, next));
    return reason === undefined ? [] : [`${name} cannot read its earlier version: ${reason}`];
  });
}

/** The schemas as they are in a git revision; none when it has no schemas. */
export function readSchemasAt(ref: string, cwd: string): Map<string, AvroNode> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 26 });
  const files = git('ls-tree', '-r', '--name-only', ref, '--', 'schemas').split('\n');
  return fromFiles(
    files.filter((file) => file.endsWith('.avsc')),
    (file) => git('show', `${ref}:${file}`),
  );
}

/** The branch that work is compared with, as this clone calls it; a shallow or detached one may know none. */
function findMain(): string | undefined {
  return ['main', 'origin/main'].find(
    (ref) => spawnSync('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]).status === 0,
  );
}

if (import.meta.main) {
  const ref = process.argv[2] ?? findMain();
  const problems = ref === undefined ? [] : checkSchemas(readSchemasAt(ref, process.cwd()), readSchemas());
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (ref === undefined) process.stdout.write('there is no branch main to compare the schemas with\n');
  else if (problems.length === 0)
    process.stdout.write(`every schema reads what its version in ${ref} wrote\n`);
  else process.exitCode = 1;
}
