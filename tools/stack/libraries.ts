import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { identify } from './identity.ts';
import { diskFull, OTHER_WAY, StackError } from './stack-error.ts';

const run = promisify(execFile);
const OLDEST_JAVA = 17;
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const LIBRARIES = join(ROOT, '.hub/lib');

interface Library {
  name: 'kafka' | 'registry';
  title: string;
  goal: 'dependency:copy-dependencies' | 'dependency:unpack';
}

const KAFKA: Library = { name: 'kafka', title: 'Kafka (43 MB, once)', goal: 'dependency:copy-dependencies' };
const REGISTRY: Library = {
  name: 'registry',
  title: 'the registry (109 MB, once)',
  goal: 'dependency:unpack',
};

/** Folders of Kafka's jars and of the unpacked registry, downloaded when they are not there yet. */
export async function fetchLibraries(log: (line: string) => void): Promise<[string, string]> {
  removeUnfinished();
  // Both are waited for, so that neither writes on when the other has failed.
  const [kafka, registry] = await Promise.allSettled([fetchLibrary(KAFKA, log), fetchLibrary(REGISTRY, log)]);
  if (kafka.status === 'rejected') throw kafka.reason;
  if (registry.status === 'rejected') throw registry.reason;
  return [kafka.value, registry.value];
}

function removeUnfinished(): void {
  for (const name of readdirSync(LIBRARIES)) {
    const pid = Number(/\.part-(\d+)$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && identify(pid) === null) rmSync(join(LIBRARIES, name), { recursive: true, force: true });
  }
}

async function fetchLibrary(library: Library, log: (line: string) => void): Promise<string> {
  const pom = join(ROOT, 'tools/embedded', library.name, 'pom.xml');
  const digest = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12);
  const folder = join(LIBRARIES, `${library.name}-${digest}`);
  // The folder gets its name only when it is whole, so its being there is enough.
  if (existsSync(folder)) return folder;
  log(`downloading ${library.title}…`);
  const part = `${folder}.part-${process.pid}`;
  mkdirSync(part, { recursive: true });
  try {
    await download(library, pom, part);
    moveInPlace(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return folder;
}

function moveInPlace(part: string, folder: string): void {
  try {
    renameSync(part, folder);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
}

async function download(library: Library, pom: string, folder: string): Promise<void> {
  const args = ['-B', '-ntp', '-f', pom, library.goal, `-DoutputDirectory=${folder}`];
  try {
    await run('mvn', args, { timeout: DOWNLOAD_TIMEOUT_MS, maxBuffer: 50_000_000 });
  } catch (error) {
    throw explainMaven(error, library);
  }
}

function explainMaven(error: unknown, library: Library): StackError {
  const failure = error as { code?: unknown; stdout?: string };
  if (failure.code === 'ENOENT')
    return new StackError(
      `Maven is missing and ${library.name} is not downloaded yet: install Maven 3 (\`mvn\`), ${OTHER_WAY}.`,
      { cause: error },
    );
  const output = failure.stdout ?? '';
  if (/no space left/i.test(output)) return diskFull();
  const log = join(ROOT, '.hub', `maven-${library.name}.log`);
  writeFileSync(log, output);
  return new StackError(
    `Maven could not download ${library.name}: check the network and Maven's proxy settings (see ${log}), ${OTHER_WAY}.`,
    { cause: error },
  );
}

/** The `java` to run, of JAVA_HOME or the PATH; refuses one that is missing or older than 17. */
export async function findJava(): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const java = home !== undefined && existsSync(join(home, 'bin/java')) ? join(home, 'bin/java') : 'java';
  let output: string;
  try {
    const { stdout, stderr } = await run(java, ['-version'], { timeout: 30_000 });
    output = stdout + stderr;
  } catch (error) {
    throw new StackError(`Java is missing: install a Java ${OLDEST_JAVA} or later, ${OTHER_WAY}.`, {
      cause: error,
    });
  }
  const version = javaVersion(output);
  if (version >= OLDEST_JAVA) return java;
  throw new StackError(`Java ${version} is too old: install a Java ${OLDEST_JAVA} or later, ${OTHER_WAY}.`);
}

/** `openjdk version "17.0.15"` → 17; `java version "1.8.0_402"` → 8. */
export function javaVersion(output: string): number {
  const match = /version "(?:1\.)?(\d+)/.exec(output);
  return Number(match?.[1] ?? 0);
}
