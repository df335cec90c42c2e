import { parseArgs } from 'node:util';
import { HubError } from '#errors';
import type { AppDefinition } from '#service';

type Load = () => Promise<AppDefinition>;

// Each is loaded only where it runs: an ingest process that has all of them takes twice the memory.
const STAGES: Record<string, Load> = {
  dispatcher: async () => (await import('../../dispatcher/src/dispatcher.app.ts')).dispatcherApp,
  'webhook-worker': async () =>
    (await import('../../webhook-worker/src/webhook-worker.app.ts')).webhookWorkerApp,
  'slack-connector': async () =>
    (await import('../../slack-connector/src/slack-connector.app.ts')).slackConnectorApp,
  'email-connector': async () =>
    (await import('../../email-connector/src/email-connector.app.ts')).emailConnectorApp,
  recorder: async () => (await import('../../recorder/src/recorder.app.ts')).recorderApp,
  'warehouse-sink': async () =>
    (await import('../../warehouse-sink/src/warehouse-sink.app.ts')).warehouseSinkApp,
};
const HTTP: Record<string, Load> = {
  ingest: async () => (await import('../../ingest/src/ingest.app.ts')).ingestApp,
  'admin-api': async () => (await import('../../admin-api/src/admin-api.app.ts')).adminApiApp,
};
const NAMES = [...Object.keys(STAGES), ...Object.keys(HTTP)];

/**
 * The apps that `--apps dispatcher,recorder` names, all without it. Ingest and admin API together share one port.
 * @throws HubError HUB_CONFIG_INVALID
 */
export async function chooseApps(argv: readonly string[]): Promise<AppDefinition[]> {
  const names = new Set(readNames(argv) ?? NAMES);
  const unknown = [...names].filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw invalid(`--apps names ${unknown.join(', ')}`);
  const chosen = (loads: Record<string, Load>) =>
    Object.entries(loads).flatMap(([name, load]) => (names.has(name) ? [load()] : []));
  const isOnePort = Object.keys(HTTP).every((name) => names.has(name));
  const http = isOnePort ? [import('./http.app.ts').then(({ httpApp }) => httpApp)] : chosen(HTTP);
  return Promise.all([...chosen(STAGES), ...http]);
}

function readNames(argv: readonly string[]): string[] | undefined {
  try {
    const { values } = parseArgs({ args: [...argv], options: { apps: { type: 'string' } } });
    return values.apps?.split(',').map((name) => name.trim());
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error));
  }
}

function invalid(problem: string): HubError {
  return new HubError('HUB_CONFIG_INVALID', `${problem}: --apps takes a list of ${NAMES.join(', ')}`);
}
