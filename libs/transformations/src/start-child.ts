import { fork, type ChildProcess } from 'node:child_process';

/** Compiled, the child is JavaScript beside this file. */
const CHILD = new URL(`./transform.child${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/**
 * Starts the process that transformations run in. It has nothing of this one but a channel, whose end is its own: no
 * environment, no open files, no options. It does not keep this one from ending.
 */
export function startChild({
  memoryMb,
  maxBodyBytes,
}: Record<'memoryMb' | 'maxBodyBytes', number>): ChildProcess {
  const child = fork(CHILD, [String(maxBodyBytes)], {
    env: {},
    execArgv: [`--max-old-space-size=${memoryMb}`, '--max-semi-space-size=4', '--stack-size=3900'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  child.unref();
  child.channel?.unref();
  return child;
}
