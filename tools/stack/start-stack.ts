import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { claimFolder } from './folder.ts';
import { prepareKafka, type KafkaNode } from './kafka.ts';
import { fetchLibraries, findJava, ROOT } from './libraries.ts';
import type { Part } from './part.ts';
import { choosePorts } from './ports.ts';
import { postgresUrl, preparePostgres } from './postgres.ts';
import { prepareRegistry, registryUrl } from './registry.ts';
import { explain } from './stack-error.ts';

/** What to start and where. */
export interface StackOptions {
  /** Everything that must survive a restart; relative to the checkout. One live stack a folder. */
  dataDir: string;
  /** Free ones are chosen, and remembered in the folder, for those not given. */
  ports?: { kafka?: number | undefined; registry?: number | undefined; postgres?: number | undefined };
  /** Brokers that are controllers too; 1 unless told. A folder keeps the number it was made with. */
  brokers?: 1 | 3;
  /** False makes PostgreSQL faster and forgetful, for tests. */
  isDurable?: boolean;
  /** Takes one line of progress. */
  log?: (line: string) => void;
}

/** A running Kafka, registry and PostgreSQL on 127.0.0.1. */
export interface Stack {
  brokers: string[];
  registryUrl: string;
  databaseUrl: string;
  dataDir: string;
  readonly pids: { kafka: number[]; registry: number | undefined; postgres: number | undefined };
  /** The first broker; `kafkaNodes` has all. */
  kafka: Part;
  kafkaNodes: Part[];
  registry: Part;
  postgres: Part;
  /** Rejects when a part ends although nobody asked it to. */
  lost: Promise<never>;
  /** Stops all in order; the data stay. Safe to call twice. */
  stop(): Promise<void>;
}

/** Starts the embedded stack; rejects with a StackError when the person at the terminal can put it right. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const dataDir = resolve(ROOT, options.dataDir);
  const log = options.log ?? (() => {});
  try {
    mkdirSync(join(ROOT, '.hub/lib'), { recursive: true });
    const java = await findJava();
    const [kafkaLibraries, registryLibraries] = await fetchLibraries(log);
    const release = await claimFolder(dataDir, log);
    try {
      return await startParts({ ...options, dataDir, log, java, kafkaLibraries, registryLibraries, release });
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    throw explain(error);
  }
}

interface Prepared extends StackOptions {
  log: (line: string) => void;
  java: string;
  kafkaLibraries: string;
  registryLibraries: string;
  release(): void;
}

async function startParts(setup: Prepared): Promise<Stack> {
  const { dataDir, java, log } = setup;
  const ids = Array.from({ length: setup.brokers ?? 1 }, (_, index) => index + 1);
  const ports = await choosePorts(dataDir, portNames(ids), configuredPorts(setup));
  const portOf = (name: string) => ports[name] ?? 0;
  const nodes = ids.map((id) => nodeOf(id, portOf));
  const kafkaSetup = { dataDir, java, libraries: setup.kafkaLibraries, nodes, log };
  const [postgresPort, registryPort] = [portOf('postgres'), portOf('registry')];
  const [postgres, ...kafkaNodes] = await Promise.all([
    preparePostgres({ dataDir, port: postgresPort, isDurable: setup.isDurable ?? true, log }),
    ...nodes.map((node) => prepareKafka(kafkaSetup, node)),
  ]);
  const libraries = setup.registryLibraries;
  const registry = prepareRegistry({ dataDir, java, libraries, port: registryPort, postgresPort, log });
  const stop = createStop({ kafkaNodes, registry, postgres, release: setup.release });
  await startAll({ kafkaNodes, registry, postgres }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const lost = Promise.race([...kafkaNodes, registry, postgres].map((part) => part.lost));
  // Whoever does not care need not catch it.
  lost.catch(() => {});
  return {
    brokers: nodes.map(({ port }) => `127.0.0.1:${port}`),
    registryUrl: registryUrl(registryPort),
    databaseUrl: postgresUrl(postgresPort, 'hub'),
    dataDir,
    get pids() {
      const kafka = kafkaNodes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
      return { kafka, registry: registry.pid, postgres: postgres.pid };
    },
    kafka: firstOf(kafkaNodes),
    kafkaNodes,
    registry,
    postgres,
    lost,
    stop,
  };
}

function portNames(ids: number[]): string[] {
  return ['postgres', 'registry', ...ids.flatMap((id) => [nameOfPort(id), `controller${id}`])];
}

const nameOfPort = (id: number) => (id === 1 ? 'kafka' : `kafka${id}`);

function configuredPorts(options: StackOptions): Record<string, number | undefined> {
  return { ...options.ports };
}

function nodeOf(id: number, portOf: (name: string) => number): KafkaNode {
  return { id, port: portOf(nameOfPort(id)), controllerPort: portOf(`controller${id}`) };
}

function firstOf(parts: Part[]): Part {
  const [first] = parts;
  if (first === undefined) throw new TypeError('A stack has at least one broker');
  return first;
}

interface Parts {
  kafkaNodes: Part[];
  registry: Part;
  postgres: Part;
}

async function startAll({ kafkaNodes, registry, postgres }: Parts): Promise<void> {
  const starts = [postgres.start().then(() => registry.start()), ...kafkaNodes.map((node) => node.start())];
  const results = await Promise.allSettled(starts);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function createStop(parts: Parts & { release(): void }): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  const stopNow = async () => {
    // The registry goes before the database it writes to.
    const registryThenPostgres = parts.registry.stop().then(() => parts.postgres.stop());
    await Promise.all([registryThenPostgres, ...parts.kafkaNodes.map((node) => node.stop())]);
    parts.release();
  };
  return () => (stopping ??= stopNow());
}
