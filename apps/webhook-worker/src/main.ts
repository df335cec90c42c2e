import { runApps } from '#service';
import { webhookWorkerApp } from './webhook-worker.app.ts';

await runApps('webhook-worker', [webhookWorkerApp]);
