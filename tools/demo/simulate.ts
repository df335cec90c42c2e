import { spawn } from 'node:child_process';
import { ROOT } from '../stack/libraries.ts';
import { buildWhenStale } from '../stack/prepare.ts';
import { runTool } from '../stack/run-tool.ts';
import { SIMULATOR, SIMULATOR_OPTIONS } from './simulator.ts';

await runTool(async ({ log, waitForStop }) => {
  await buildWhenStale(log);
  const pretty = process.env['LOG_PRETTY'] ?? String(process.stdout.isTTY === true);
  const child = spawn(process.execPath, [...SIMULATOR_OPTIONS, SIMULATOR, ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { ...process.env, LOG_PRETTY: pretty },
    stdio: 'inherit',
    // In a group of its own, so that Ctrl-C reaches it once, from here.
    detached: true,
  });
  void waitForStop().then(() => child.kill('SIGTERM'));
  return new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
});
