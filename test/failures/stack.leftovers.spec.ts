import { afterAll, describe, expect, it } from 'vitest';
import { identify } from '../../tools/stack/identity.ts';
import { waitUntil } from '../../tools/stack/wait.ts';
import { createDataDir, runStackTool, type StackTool } from '../harness/own-stack.ts';

const folder = createDataDir();
const tools: StackTool[] = [];

const start = async () => {
  const tool = runStackTool(folder.dataDir);
  tools.push(tool);
  const isUp = await waitUntil(() => tool.output().includes('DATABASE_URL='), 100_000);
  expect(isUp, tool.output()).toBe(true);
  return tool;
};

afterAll(async () => {
  for (const tool of tools) tool.child.kill('SIGTERM');
  await Promise.all(tools.map(({ ended }) => ended));
  folder.remove();
}, 60_000);

describe('a stack whose parent was killed', { timeout: 240_000 }, () => {
  it('is ended by the next start, which takes its addresses and gives them back at Ctrl-C', async () => {
    const first = await start();

    const rival = runStackTool(folder.dataDir);
    expect(await rival.ended).toBe(1);
    expect(rival.output().trim()).toMatch(
      /^Another hub \(process \d+\) is running on .*docker compose up.*$/,
    );

    first.child.kill('SIGKILL');
    await first.ended;
    const second = await start();
    const ended = [...second.output().matchAll(/^ending \w+ \(process (\d+)\)/gm)].map(([, pid]) =>
      Number(pid),
    );
    expect(ended).toHaveLength(3);
    expect(ended.map(identify)).toEqual([null, null, null]);
    expect(addressesIn(second)).toEqual(addressesIn(first));

    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
    const third = await start();
    expect(third.output()).not.toContain('ending');
  });
});

function addressesIn(tool: StackTool): string[] {
  return tool.output().match(/^[A-Z_]+=.*$/gm) ?? [];
}
