import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { OTHER_WAY, StackError } from './stack-error.ts';

/** A user that PostgreSQL runs as when this process is root, which it refuses. */
export interface User {
  uid: number;
  gid: number;
}

/** The user `nobody` when this process is root; null when it can run PostgreSQL itself. */
export function otherUser(): User | null {
  if (process.getuid?.() !== 0) return null;
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = entry?.split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new StackError(
      `PostgreSQL refuses to run as root and there is no user nobody: run as a normal user, ${OTHER_WAY}.`,
    );
  return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}

/**
 * The command line that runs `command` as `user`. Where a folder on the way is closed to others, as a root's home is,
 * the program gets the one capability to pass it.
 */
export function commandAs(
  user: User | null,
  command: string,
  paths: string[],
): { command: string; before: string[] } {
  if (user === null || [command, ...paths].every(isOpenToOthers)) return { command, before: [] };
  const before = [
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--',
    command,
  ];
  try {
    execFileSync('setpriv', [...before.slice(0, -1), 'true'], { stdio: 'ignore' });
  } catch (error) {
    throw new StackError(
      `PostgreSQL refuses to run as root, and ${paths.join(' or ')} is closed to others: run as a normal user, ${OTHER_WAY}.`,
      { cause: error },
    );
  }
  return { command: 'setpriv', before };
}

/**
 * The folder of PostgreSQL's programs, or of a copy that `user` can reach. The capability above is not enough for them:
 * initdb asks access(2), which knows nothing of it.
 */
export function reachablePrograms(user: User | null, bin: string): string {
  if (user === null || isOpenToOthers(join(bin, 'postgres'))) return bin;
  const native = dirname(bin);
  const digest = createHash('sha256')
    .update(readFileSync(join(native, '../package.json')))
    .digest('hex');
  const copy = join(tmpdir(), `hub-postgres-${digest.slice(0, 12)}`);
  if (!existsSync(copy)) {
    const part = `${copy}.${process.pid}`;
    cpSync(native, part, { recursive: true, verbatimSymlinks: true });
    chmodSync(part, 0o755);
    renameSync(part, copy);
  }
  if (statSync(copy).uid !== 0)
    throw new StackError(`${copy} is not root's: remove it and run as a normal user, ${OTHER_WAY}.`);
  return join(copy, basename(bin));
}

function isOpenToOthers(path: string): boolean {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if ((statSync(folder).mode & 0o001) === 0) return false;
  return true;
}
