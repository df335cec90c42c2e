/**
 * `npm test`: the checks and every test, on a stack of its own, with the closing line `N passed, N failed`.
 * `npm test -- <file or name>` hands the arguments to vitest and runs only those tests.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditPackages } from './audit-packages.ts';
import { ROOT, runSteps, STATIC_STEPS } from './run-steps.ts';
import { fetchLibraries, findJava } from './stack/libraries.ts';
import { runTool } from './stack/run-tool.ts';

// A quiet machine of two cores takes about a third of it; a busy one must not fail for that alone.
const TIME_LIMIT_MS = 75 * 60_000;
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');
/** What `.ci/run` reads the counts from. */
const COUNTS = join(ROOT, '.hub/test-counts.json');
const REPORT = join(ROOT, '.hub/test-report.json');

const AUDIT_MARKS = { clean: 'ok    ', unavailable: '-     ', vulnerable: 'FAILED', broken: 'FAILED' };

interface Counts {
  passed: number;
  failed: number;
}

/** What is read of vitest's JSON report. */
interface Report {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  testResults: { status: string; name: string; assertionResults: unknown[] }[];
}

await runTool(async ({ log }) => {
  const asked = process.argv.slice(2);
  if (asked.length > 0) return runVitest(asked);
  rmSync(COUNTS, { force: true });
  // Downloads do not count towards the time limit, and what is missing is said in one line.
  mkdirSync(join(ROOT, '.hub/lib'), { recursive: true });
  await Promise.all([findJava(), fetchLibraries(log)]);
  const counts = await runEverything();
  writeFileSync(COUNTS, JSON.stringify(counts));
  log(`\n${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 ? 0 : 1;
});

async function runEverything(): Promise<Counts> {
  const audit = await auditInCi();
  const steps = await runSteps(STATIC_STEPS, 2);
  rmSync(REPORT, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const code = await runVitest(reporters);
  const tests = countTests(code);
  const failed = steps.filter(({ isPassed }) => !isPassed);
  for (const { name } of failed) console.log(`FAILED ${name}: its output is above the tests`);
  return {
    passed: audit.passed + tests.passed + steps.length - failed.length,
    failed: audit.failed + tests.failed + failed.length,
  };
}

/** An audit that the registry does not offer is neither passed nor failed. */
async function auditInCi(): Promise<Counts> {
  if (process.env['CI'] !== 'true') return { passed: 0, failed: 0 };
  const { kind, message } = await auditPackages();
  const isFailed = kind === 'vulnerable' || kind === 'broken';
  console.log(`${AUDIT_MARKS[kind]} audit      ${message}`);
  return { passed: kind === 'clean' ? 1 : 0, failed: isFailed ? 1 : 0 };
}

/** A file that could not even be loaded, and an error outside every test, count as one failure each. */
function countTests(code: number): Counts {
  let report: Report;
  try {
    report = JSON.parse(readFileSync(REPORT, 'utf8')) as Report;
  } catch {
    console.log(`vitest ended with code ${code} and without a report`);
    return { passed: 0, failed: 1 };
  }
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  );
  const failed = report.numFailedTests + broken.length;
  const isOtherwiseBroken = failed === 0 && (code !== 0 || !report.success);
  return { passed: report.numPassedTests, failed: isOtherwiseBroken ? 1 : failed };
}

async function runVitest(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [VITEST, 'run', ...args], { cwd: ROOT, stdio: 'inherit' });
  const endNow = () => void child.kill('SIGTERM');
  process.on('exit', endNow);
  const timer = setTimeout(() => {
    console.log(`The tests took longer than ${TIME_LIMIT_MS / 60_000} minutes.`);
    child.kill('SIGTERM');
    // Vitest waits for its own workers at SIGTERM; a worker that hangs must not hang the build.
    setTimeout(() => child.kill('SIGKILL'), 30_000).unref();
  }, TIME_LIMIT_MS);
  const code = await new Promise<number>((resolve) => child.once('close', (exit) => resolve(exit ?? 1)));
  clearTimeout(timer);
  process.off('exit', endNow);
  return code;
}
