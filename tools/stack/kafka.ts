import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { countBrokers } from './count-brokers.ts';
import { ROOT } from './libraries.ts';
import { createPart, logPath, type Part } from './part.ts';

const run = promisify(execFile);

/**
 * For a broker that shares few cores and seldom runs for long: the second compiler and parallel collectors took a third
 * more CPU than they saved in every scenario of the benchmark.
 */
const JVM_OPTIONS = [
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
];

/** What the brokers of one stack share. */
export interface KafkaSetup {
  dataDir: string;
  java: string;
  libraries: string;
  nodes: KafkaNode[];
  log(line: string): void;
}

/** One broker, which is a controller too. */
export interface KafkaNode {
  id: number;
  port: number;
  controllerPort: number;
}

/** A broker with its data folder formatted, not started yet. */
export async function prepareKafka(setup: KafkaSetup, node: KafkaNode): Promise<Part> {
  const name = nameOf(setup, node);
  const folder = join(setup.dataDir, name);
  mkdirSync(folder, { recursive: true });
  const properties = join(folder, 'server.properties');
  writeFileSync(properties, describeBroker(setup, node, join(folder, 'data')));
  const common = [
    '-cp',
    join(setup.libraries, '*'),
    `-Dlog4j2.configurationFile=${join(ROOT, 'tools/embedded/kafka/log4j2.properties')}`,
    `-Dhub.log=${logPath(setup.dataDir, name)}`,
  ];
  await format(setup, folder, common);
  const address = `127.0.0.1:${node.port}`;
  return createPart({
    name,
    dataDir: setup.dataDir,
    command: setup.java,
    args: [...JVM_OPTIONS, ...common, 'kafka.Kafka', properties],
    address,
    stopSignal: 'SIGTERM',
    isReady: async () => (await countBrokers(node.port)) >= setup.nodes.length,
    log: setup.log,
  });
}

function nameOf(setup: KafkaSetup, node: KafkaNode): string {
  return setup.nodes.length === 1 ? 'kafka' : `kafka-${node.id}`;
}

async function format(setup: KafkaSetup, folder: string, common: string[]): Promise<void> {
  // Written last: a formatting that was killed half way is done again.
  const marker = join(folder, 'formatted');
  if (existsSync(marker)) return;
  const properties = join(folder, 'server.properties');
  const args = [...common, 'kafka.tools.StorageTool', 'format', '--ignore-formatted'];
  await run(setup.java, [...args, '-t', clusterId(setup.dataDir), '-c', properties], { timeout: 60_000 });
  writeFileSync(marker, '');
}

function clusterId(dataDir: string): string {
  const path = join(dataDir, 'cluster-id');
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  // The leading bits stay clear, since an id that begins with a hyphen would be read as an option.
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0] ?? 0) & 0x3f;
  writeFileSync(path, bytes.toString('base64url'));
  return bytes.toString('base64url');
}

function describeBroker(setup: KafkaSetup, node: KafkaNode, data: string): string {
  const replicas = Math.min(setup.nodes.length, 3);
  const voters = setup.nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(',');
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': node.id,
    'controller.quorum.voters': voters,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${node.port},CONTROLLER://127.0.0.1:${node.controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${node.port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 4,
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.num.partitions': 4,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.min(replicas, 2),
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': Math.min(replicas, 2),
    'default.replication.factor': replicas,
    'min.insync.replicas': Math.min(replicas, 2),
    'log.retention.hours': 168,
    // A new partition of the default 1 GB segments reserves 10 MB of index on disk; there are dozens of partitions.
    'log.segment.bytes': 134_217_728,
    'log.index.size.max.bytes': 1_048_576,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    // Thousands of messages may be deleted in tests and demonstrations; the folder should shrink soon after.
    'log.retention.check.interval.ms': 60_000,
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
