import { afterAll, expect, it } from 'vitest';
import { childrenOf } from '../../tools/stack/identity.ts';
import { waitUntil } from '../../tools/stack/wait.ts';
import { createDataDir, runStackTool, type StackTool } from '../harness/own-stack.ts';

const folder = createDataDir();
let tool: StackTool;

afterAll(async () => {
  tool.child.kill('SIGTERM');
  await tool.ended;
  folder.remove();
}, 60_000);

it('a stack of which one part dies says which, ends the others and fails', async () => {
  tool = runStackTool(folder.dataDir);
  const isUp = await waitUntil(() => tool.output().includes('DATABASE_URL='), 100_000);
  expect(isUp, tool.output()).toBe(true);
  const parts = childrenOf(tool.child.pid as number);
  expect(parts.length).toBeGreaterThanOrEqual(3);
  process.kill(parts[0] as number, 'SIGKILL');
  expect(await tool.ended).toBe(1);
  expect(tool.output()).toMatch(/(kafka|registry|postgres) ended by itself; see .*\.log/);
  expect(childrenOf(tool.child.pid as number)).toEqual([]);
}, 180_000);
