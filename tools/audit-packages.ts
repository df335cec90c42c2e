import { spawn } from 'node:child_process';
import { ROOT } from './run-steps.ts';

/** What the registry says of the packages that run: `unavailable` when it offers no audit. */
export interface Audit {
  kind: 'clean' | 'vulnerable' | 'unavailable' | 'broken';
  message: string;
}

const TIME_LIMIT_MS = 120_000;
// What registries and mirrors without the endpoint answer to it.
const NO_ENDPOINT: ReadonlySet<number | undefined> = new Set([404, 405, 501]);

interface AuditAnswer {
  message?: string;
  statusCode?: number;
  metadata?: { vulnerabilities: { high: number; critical: number } };
  vulnerabilities?: Record<string, { severity: string; range: string }>;
}

/** Asks about the packages of package-lock.json that are no tools of development; high and critical findings count. */
export async function auditPackages(): Promise<Audit> {
  const child = spawn('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: TIME_LIMIT_MS,
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  await new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  });
  return readAudit(Buffer.concat(output).toString());
}

/** Reads what `npm audit --json` wrote. */
export function readAudit(json: string): Audit {
  let answer: AuditAnswer;
  try {
    answer = JSON.parse(json) as AuditAnswer;
  } catch {
    return { kind: 'broken', message: 'npm audit ended without a report' };
  }
  const { message = 'no reason given', statusCode, metadata, vulnerabilities = {} } = answer;
  if (metadata === undefined) {
    if (!NO_ENDPOINT.has(statusCode)) return { kind: 'broken', message: `npm audit failed: ${message}` };
    return {
      kind: 'unavailable',
      message: `not audited: this registry offers no audit endpoint (${statusCode})`,
    };
  }
  const { high, critical } = metadata.vulnerabilities;
  if (high + critical === 0) return { kind: 'clean', message: 'no high or critical vulnerability' };
  const named = Object.entries(vulnerabilities)
    .filter(([, { severity }]) => severity === 'high' || severity === 'critical')
    .map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  return { kind: 'vulnerable', message: named.join('\n') };
}
