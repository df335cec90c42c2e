import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDataDir, runStackTool } from '../harness/own-stack.ts';

const { dataDir, remove } = createDataDir();
afterAll(remove);

const refusal = async (env: NodeJS.ProcessEnv) => {
  const tool = runStackTool(dataDir, env);
  return { code: await tool.ended, lines: tool.output().trimEnd().split('\n') };
};

/** A folder with a `java` that answers like this. */
function createJava(answer: string): string {
  const folder = join(dataDir, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'java'), `#!/bin/sh\necho '${answer}' >&2\n`);
  chmodSync(join(folder, 'java'), 0o755);
  return folder;
}

describe('the embedded stack refuses in one line', () => {
  it('without Java', async () => {
    const { code, lines } = await refusal({ PATH: '/nonexistent', JAVA_HOME: '' });
    expect(lines).toEqual([
      'Java is missing: install a Java 17 or later, or use `docker compose up` instead.',
    ]);
    expect(code).toBe(1);
  });

  it('with an old Java', async () => {
    const folder = createJava('openjdk version "11.0.2" 2019-01-15');
    const { code, lines } = await refusal({ PATH: `${folder}:/usr/bin:/bin`, JAVA_HOME: '' });
    expect(lines).toEqual([
      'Java 11 is too old: install a Java 17 or later, or use `docker compose up` instead.',
    ]);
    expect(code).toBe(1);
  });

  it.each(['kafka', 'registry', 'postgres'])('when the port set for %s is taken', async (name) => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { code, lines } = await refusal({ [`STACK_${name.toUpperCase()}_PORT`]: String(port) });
    server.close();
    expect(lines).toEqual([
      `Port ${port}, set for ${name}, is taken: stop what listens there, set another, or use \`docker compose up\` instead.`,
    ]);
    expect(code).toBe(1);
  });

  it('when a port is none', async () => {
    const { code, lines } = await refusal({ STACK_KAFKA_PORT: '99999' });
    expect(lines).toEqual([
      'STACK_KAFKA_PORT must be a port, 1 to 65535: correct it, or use `docker compose up` instead.',
    ]);
    expect(code).toBe(1);
  });
});
