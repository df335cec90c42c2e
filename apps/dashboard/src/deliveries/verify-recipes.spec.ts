import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RECIPES } from './verify-recipes.ts';

const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const secret = 'whsec_c2VjcmV0';
const body = '{"id":"é"}';
const headers = {
  'X-Ttoolab-Timestamp': '1749470400',
  'X-Ttoolab-Signature': createHmac('sha256', secret).update(`1749470400${body}`).digest('hex'),
};

const textOf = (id: string, given: Record<string, string> = headers) =>
  RECIPES.find((recipe) => recipe.id === id)?.write(given) ?? '';

describe('a recipe for a signature', () => {
  it.each([
    ['node', process.execPath, 'verify.mjs'],
    ['python', 'python3', 'verify.py'],
  ])('in %s says true of a genuine one', (id, program, file) => {
    writeFileSync(join(folder, 'payload.json'), body);
    writeFileSync(join(folder, file), textOf(id));
    const run = spawnSync(program, [file], {
      cwd: folder,
      env: { ...process.env, TTOOLAB_WEBHOOK_SECRET: secret },
    });
    expect(run.stdout.toString().trim().toLowerCase()).toBe('true');
  });

  it('holds nothing of a header but digits', () => {
    const hostile = { 'X-Ttoolab-Timestamp': "1'; process.exit()", 'X-Ttoolab-Signature': '"); os.Exit(1)' };
    for (const { id } of RECIPES) expect(textOf(id, hostile)).not.toMatch(/exit/i);
  });
});
