import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Transformer } from './transformer.ts';

const BODY = Buffer.from(
  JSON.stringify({
    id: 'e1',
    type: 'experiment.conversion',
    projectId: 'p1',
    tenantId: 't1',
    createdAt: '2025-06-09T12:00:00.000Z',
    data: { revenue: 120, currency: 'EUR', payload: { tags: ['a', 'b'] }, comment: 'Grüße 👋' },
  }),
);
const transformer = new Transformer({ timeoutMs: 3_000, memoryMb: 32 });
afterAll(() => transformer.close());

const run = async (expression: string) => {
  const result = await transformer.run(expression, BODY);
  return result.kind === 'transformed' ? (JSON.parse(result.body.toString()) as unknown) : result.reason;
};

describe('a transformation', () => {
  it.each([
    [
      'selects, renames and adds',
      '{ "amount": data.revenue, "source": "ttoolab" }',
      { amount: 120, source: 'ttoolab' },
    ],
    ['may make a list', '[data.payload.tags.{ "tag": $ }]', [{ tag: 'a' }, { tag: 'b' }]],
    [
      'keeps all but a field',
      '$ ~> |data|{}, ["payload", "comment"]|',
      { id: 'e1', data: { revenue: 120, currency: 'EUR' } },
    ],
    ['keeps text as it is', '{ "text": data.comment }', { text: 'Grüße 👋' }],
    ['leaves out what is missing', '{ "a": data.nothing, "b": 1 }', { b: 1 }],
  ])('%s', async (_, expression, expected) => {
    expect(await run(expression)).toMatchObject(expected);
  });

  it('gives the same bytes each time', async () => {
    const [a, b] = [await transformer.run('$', BODY), await transformer.run('$', BODY)];
    expect(a).toEqual(b);
    expect(a).toEqual({ kind: 'transformed', body: BODY });
  });

  it.each([
    ['nothing', 'data.nothing', 'the result is neither an object nor a list'],
    ['a text', 'data.currency', 'the result is neither an object nor a list'],
    ['a function', 'function($x) { $x }', 'the result is neither an object nor a list'],
    ['an error', '{ "a": data.currency + 1 }', /must evaluate to a number/],
    ['an error of its own', '$error("no")', /no/],
    ['too much', '{ "all": [1..200000] }', /larger than 983040 bytes/],
  ])('that makes %s has failed', async (_, expression, reason) => {
    expect(await run(expression)).toEqual(
      typeof reason === 'string' ? reason : expect.stringMatching(reason),
    );
  });

  it.each([
    ['the process', '$lookup($, "constructor").constructor("return process")()'],
    ['prototypes', '{ "a": $.__proto__.polluted, "b": constructor }'],
    ['globals', '{ "a": process, "b": globalThis, "c": require }'],
  ])('cannot reach %s', async (_, expression) => {
    expect(['the result is neither an object nor a list', {}, '{}']).toContainEqual(
      await run(expression).then((made) =>
        typeof made === 'string' ? 'the result is neither an object nor a list' : made,
      ),
    );
  });
});

describe('a transformation that takes all it can', () => {
  it.each([
    ['time', '($f := function($n) { $f($n + 1) }; $f(1))', 'it took longer than 3000 ms'],
    [
      'a regular expression',
      '{ "a": $match("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", /^(a+)+$/) }',
      'it took longer than 3000 ms',
    ],
    [
      'memory',
      '($f := function($l) { $f($append($l, $l)) }; $f([1..100000]))',
      /memory|longer|range|sequence/i,
    ],
    ['stack', '($f := function($n) { 1 + $f($n + 1) }; { "a": $f(1) })', /stack|longer|memory/i],
  ])('%s is cut, while this process goes on, and the next ones run', async (_, expression, reason) => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 10);
    const [result, next] = await Promise.all([run(expression), run('{ "next": 1 }')]);
    clearInterval(timer);
    expect(result).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
    expect(next).toEqual({ next: 1 });
    expect(turns).toBeGreaterThan(3);
  });

  it('is not tried again for a while', async () => {
    let nowMs = 0;
    const strict = new Transformer({ timeoutMs: 400, now: () => nowMs });
    await strict.run('$', BODY);
    const loop = '($f := function($n) { $f($n + 1) }; $f(1))';
    expect(await strict.run(loop, BODY)).toEqual({ kind: 'failed', reason: 'it took longer than 400 ms' });
    nowMs = 59_000;
    expect(await strict.run(loop, BODY)).toMatchObject({
      reason: expect.stringContaining('not tried again'),
    });
    nowMs = 60_000;
    expect(await strict.run(loop, BODY)).toMatchObject({ reason: 'it took longer than 400 ms' });
    await strict.close();
  });
});

describe('the process that transformations run in', () => {
  it.each([
    ['big ranges', (i: number) => `{ "a": $count([1..9000000].{ "n": $, "i": ${i} }) }`],
    [
      'a text that doubles',
      (i: number) => `($f := function($s) { $f($uppercase($s & $s)) }; $f("${'x'.repeat(1_000)}${i}"))`,
    ],
    ['nested lists', (i: number) => `($f := function($l) { $f([$l, [$l, [1..100000]]]) }; $f([${i}]))`],
    [
      'a list that doubles',
      (i: number) => `($f := function($l) { $f($append($l, $l)) }; $f([1..${90_000 + i}]))`,
    ],
  ])(
    'may run out of memory by %s, ten times; this one goes on',
    async (_, hungry) => {
      for (let i = 0; i < 10; i++)
        expect(await run(hungry(i))).toMatch(/memory|longer|range|sequence|string length/i);
      expect(await run('{ "next": 1 }')).toEqual({ next: 1 });
    },
    120_000,
  );

  it('may be killed amid its work, which the next one does', async () => {
    const killed = new Transformer({ timeoutMs: 3_000 });
    await killed.run('$', BODY);
    const [pid = 0] = findChildren();
    const results = Promise.all(
      Array.from({ length: 200 }, () => killed.run('{ "n": $sum([1..5000]) }', BODY)),
    );
    process.kill(pid, 'SIGKILL');
    expect(new Set((await results).map(({ kind }) => kind))).toEqual(new Set(['transformed']));
    await killed.close();
  });

  it('fails alone what waits beside an expression that is cut', async () => {
    const cut = new Transformer({ timeoutMs: 500 });
    await cut.run('$', BODY);
    const loop = '($f := function($n) { $f($n + 1) }; $f(1))';
    const results = await Promise.all(['$', '$', loop, loop, '$'].map((each) => cut.run(each, BODY)));
    expect(results.map(({ kind }) => kind)).toEqual([
      'transformed',
      'transformed',
      'failed',
      'failed',
      'transformed',
    ]);
    expect(results[2]).toMatchObject({ reason: 'it took longer than 500 ms' });
    expect(results[3]).toMatchObject({ reason: expect.stringContaining('not tried again') });
    await cut.close();
  });

  it('ends after its parent, even in a loop', async () => {
    const url = new URL('./transformer.ts', import.meta.url).href;
    const script = `import { Transformer } from '${url}';
      const [transformer, body] = [new Transformer({ timeoutMs: 60_000 }), Buffer.from('{}')];
      await transformer.run('$', body);
      void transformer.run('($f := function($n) { $f($n + 1) }; $f(1))', body);
      setTimeout(() => console.log('loops'), 200);`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script]);
    await once(parent.stdout, 'data');
    const [pid = 0] = findChildren(parent.pid);
    expect(pid).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  }, 20_000);

  it('has no environment, and ends with its transformer', async () => {
    process.env['A_SECRET_OF_THE_HUB'] = 'x';
    const alone = new Transformer();
    await alone.run('$', BODY);
    const [pid = 0] = findChildren();
    // What a fork is told of its channel is all that there is.
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map((line) => line.split('=')[0] ?? '');
    expect(names.filter((name) => name !== '' && !name.startsWith('NODE_CHANNEL'))).toEqual([]);
    await alone.close();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    delete process.env['A_SECRET_OF_THE_HUB'];
  });
});

/** Processes of transformations, the newest first; each test's own was started last. */
function findChildren(parent = process.pid): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, ppid, ...args]) => ppid === String(parent) && args.join(' ').includes('transform.child'))
    .map(([pid]) => Number(pid))
    .toSorted((a, b) => b - a);
}

/** A process that has ended but that nobody has asked for is dead, too. */
function isAlive(pid: number): boolean {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' }).split('\n');
  return lines.some((line) => new RegExp(`^\\s*${pid}\\s+[^Z]`).test(line));
}
