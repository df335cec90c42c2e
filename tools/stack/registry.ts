import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createPart, logPath, type Part } from './part.ts';

/** What the registry needs. */
export interface RegistrySetup {
  dataDir: string;
  java: string;
  libraries: string;
  port: number;
  postgresPort: number;
  log(line: string): void;
}

/** Base URL of the Confluent-compatible API. */
export const registryUrl = (port: number) => `http://127.0.0.1:${port}/apis/ccompat/v7`;

/** Apicurio Registry, which keeps its schemas in the database `registry`, not started yet. */
export function prepareRegistry(setup: RegistrySetup): Part {
  const scratch = join(setup.dataDir, 'registry');
  mkdirSync(scratch, { recursive: true });
  const settings = {
    'java.io.tmpdir': scratch,
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': setup.port,
    // Its second, administrative listener would otherwise be one fixed port of all interfaces.
    'quarkus.management.host': '127.0.0.1',
    'quarkus.management.port': 0,
    'quarkus.log.console.enable': false,
    'quarkus.log.file.enable': true,
    'quarkus.log.file.path': logPath(setup.dataDir, 'registry'),
    'apicurio.storage.kind': 'sql',
    'apicurio.storage.sql.kind': 'postgresql',
    'apicurio.datasource.url': `jdbc:postgresql://127.0.0.1:${setup.postgresPort}/registry`,
    'apicurio.datasource.username': 'hub',
    'apicurio.datasource.password': 'hub',
    'apicurio.datasource.jdbc.initial-size': 2,
    'apicurio.datasource.jdbc.min-size': 2,
    'apicurio.datasource.jdbc.max-size': 10,
  };
  const options = Object.entries(settings).map(([key, value]) => `-D${key}=${value}`);
  return createPart({
    name: 'registry',
    dataDir: setup.dataDir,
    command: setup.java,
    args: ['-Xmx256m', '-XX:+UseSerialGC', ...options, '-jar', join(setup.libraries, RUNNER)],
    address: `127.0.0.1:${setup.port}`,
    stopSignal: 'SIGTERM',
    isReady: () => answers(`${registryUrl(setup.port)}/subjects`),
    log: setup.log,
  });
}

const RUNNER = 'apicurio-registry-app-3.0.9-runner.jar';

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
