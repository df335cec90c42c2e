import { parseArgs } from 'node:util';
import { HubError } from '#errors';
import type { AppDefinition } from '#service';
import { adminApiApp } from '../../admin-api/src/admin-api.app.ts';
import { dispatcherApp } from '../../dispatcher/src/dispatcher.app.ts';
import { ingestApp } from '../../ingest/src/ingest.app.ts';
import { recorderApp } from '../../recorder/src/recorder.app.ts';
import { slackConnectorApp } from '../../slack-connector/src/slack-connector.app.ts';
import { warehouseSinkApp } from '../../warehouse-sink/src/warehouse-sink.app.ts';
import { webhookWorkerApp } from '../../webhook-worker/src/webhook-worker.app.ts';
import { emailConnectorApp } from '../../email-connector/src/email-connector.app.ts';
import { httpApp } from './http.app.ts';

const STAGES = [
  dispatcherApp,
  webhookWorkerApp,
  slackConnectorApp,
  emailConnectorApp,
  recorderApp,
  warehouseSinkApp,
];
const APPS = [...STAGES, ingestApp, adminApiApp];

/**
 * The apps that `--apps dispatcher,recorder` names, all without it. Ingest and admin API together share one port.
 * @throws HubError HUB_CONFIG_INVALID
 */
export function chooseApps(argv: readonly string[]): AppDefinition[] {
  const names = new Set(readNames(argv) ?? APPS.map(({ name }) => name));
  const unknown = [...names].filter((name) => APPS.every((app) => app.name !== name));
  if (unknown.length > 0) throw invalid(`--apps names ${unknown.join(', ')}`);
  const chosen = STAGES.filter(({ name }) => names.has(name));
  const [hasIngest, hasAdminApi] = [names.has(ingestApp.name), names.has(adminApiApp.name)];
  if (hasIngest && hasAdminApi) return [...chosen, httpApp];
  return [...chosen, ...(hasIngest ? [ingestApp] : []), ...(hasAdminApi ? [adminApiApp] : [])];
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
  const names = APPS.map(({ name }) => name).join(', ');
  return new HubError('HUB_CONFIG_INVALID', `${problem}: --apps takes a list of ${names}`);
}
