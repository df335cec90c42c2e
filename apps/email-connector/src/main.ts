import { runApps } from '#service';
import { emailConnectorApp } from './email-connector.app.ts';

await runApps('email-connector', [emailConnectorApp]);
