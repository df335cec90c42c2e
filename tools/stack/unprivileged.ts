import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
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

function isOpenToOthers(path: string): boolean {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if ((statSync(folder).mode & 0o001) === 0) return false;
  return true;
}
