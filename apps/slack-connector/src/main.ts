import { runApps } from '#service';
import { slackConnectorApp } from './slack-connector.app.ts';

await runApps('slack-connector', [slackConnectorApp]);
