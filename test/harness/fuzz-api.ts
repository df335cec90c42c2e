import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/stack/libraries.ts';

/** From PyPI; the names of its options change between versions. */
const VERSION = '4.32.5';
const VENV = join(ROOT, '.hub/fuzz');
const PYTHON = join(VENV, 'bin/python3');
const NOTE = join(VENV, 'version');
const DOCUMENT = join(ROOT, '.hub/fuzz-openapi.json');
const RECORD = join(ROOT, '.hub/fuzz-requests.har');
const INSTALL_MS = 180_000;
// A quiet machine takes about 25 s.
const RUN_MS = 240_000;
// A stream does not end, so a request for one could only time out.
const STREAMS = String.raw`/live$`;

interface Ended {
  code: number | null;
  output: string;
}

interface HttpArchive {
  log: { entries: { request: { method: string; url: string }; response: { status: number } }[] };
}

interface Parameter {
  name: string;
  in: string;
  schema: Record<string, unknown>;
}

/** What is read of an OpenAPI document. */
export interface FuzzedDocument {
  paths: Record<string, Record<string, { operationId: string; parameters?: Parameter[] }>>;
}

/** What to ask, of whom and how. */
export interface Fuzzing {
  document: FuzzedDocument;
  url: string;
  headers?: Record<string, string>;
  /** Operations that would end the run, such as signing out. */
  without?: readonly string[];
}

/** Installs schemathesis into a virtual environment of the checkout, once a version. */
export async function installFuzzer(): Promise<void> {
  if (existsSync(NOTE) && readFileSync(NOTE, 'utf8') === VERSION) return;
  rmSync(VENV, { recursive: true, force: true });
  mkdirSync(join(ROOT, '.hub'), { recursive: true });
  await install(
    ['python3', '-m', 'venv', VENV],
    'Fuzzing the API needs Python 3.11 or later with venv: `apt-get install python3 python3-venv`',
  );
  await install(
    [PYTHON, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`],
    `schemathesis ${VERSION} could not be installed from PyPI`,
  );
  writeFileSync(NOTE, VERSION);
}

/** How a run ended, and how many resources it had a success at. */
export interface Fuzzed extends Ended {
  succeeded: number;
}

/** Sends generated requests, good and bad, to each operation of a document; its output names each failure's request. */
export async function fuzzApi({ document, url, headers = {}, without = [] }: Fuzzing): Promise<Fuzzed> {
  rmSync(RECORD, { force: true });
  writeFileSync(DOCUMENT, JSON.stringify(document));
  const options = [
    ...['--phases', 'coverage,fuzzing', '--max-examples', '10', '--seed', '1', '--no-color'],
    ...['--report', 'har', '--report-har-path', RECORD],
    // Else a generated session goes along with the credential.
    ...(Object.keys(headers).length > 0 ? ['--generation-with-security-parameters', 'false'] : []),
    ...['--checks', 'not_a_server_error,response_schema_conformance,content_type_conformance'],
    ...['--request-timeout', '20', '--suppress-health-check', 'all', '--generation-database', 'none'],
    ...['--warnings', 'off', '--continue-on-failure', '--no-shrink'],
    ...['--exclude-path-regex', STREAMS],
    ...without.flatMap((id) => ['--exclude-operation-id', id]),
    ...Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]),
  ];
  const command = [PYTHON, '-m', 'schemathesis.cli', 'run', DOCUMENT, '--url', url, ...options] as const;
  const ended = await run(command, RUN_MS);
  return { ...ended, succeeded: countSucceeded() };
}

function countSucceeded(): number {
  if (!existsSync(RECORD)) return 0;
  const { log } = JSON.parse(readFileSync(RECORD, 'utf8')) as HttpArchive;
  const succeeded = log.entries.filter(({ response }) => response.status >= 200 && response.status < 300);
  return new Set(succeeded.map(({ request }) => `${request.method} ${request.url.split('?', 1)[0]}`)).size;
}

/** The document with ids that exist for parameters of paths, so that requests get beyond 404; not where they delete. */
export function withKnownIds(document: FuzzedDocument, ids: Record<string, string>): FuzzedDocument {
  const known = structuredClone(document);
  const parameters = Object.values(known.paths)
    .flatMap((operations) => Object.entries(operations))
    .flatMap(([method, operation]) => (method === 'delete' ? [] : (operation.parameters ?? [])));
  for (const parameter of parameters) {
    const id = parameter.in === 'path' ? ids[parameter.name] : undefined;
    if (id !== undefined) parameter.schema = { type: 'string', enum: [id] };
  }
  return known;
}

async function install(command: readonly [string, ...string[]], problem: string): Promise<void> {
  const { code, output } = await run(command, INSTALL_MS);
  if (code !== 0) throw new Error(`${problem}.\n${output}`);
}

function run([program, ...args]: readonly [string, ...string[]], limitMs: number): Promise<Ended> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', COLUMNS: '140' };
  const child = spawn(program, args, { cwd: join(ROOT, '.hub'), env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  const keep = (chunk: Buffer) => void output.push(chunk.toString());
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const timer = setTimeout(() => {
    output.push(`\n${program} took longer than ${limitMs / 1_000} s`);
    child.kill('SIGKILL');
  }, limitMs);
  return new Promise((resolve) => {
    const end = (code: number | null) => {
      clearTimeout(timer);
      resolve({ code, output: output.join('') });
    };
    child.once('error', (error) => {
      output.push(error.message);
      end(null);
    });
    child.once('close', end);
  });
}
