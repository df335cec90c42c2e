import { runApps } from '#service';
import { dispatcherApp } from '../../dispatcher/src/dispatcher.app.ts';
import { recorderApp } from '../../recorder/src/recorder.app.ts';
import { webhookWorkerApp } from '../../webhook-worker/src/webhook-worker.app.ts';
import { httpApp } from './http.app.ts';

await runApps('all-in-one', [dispatcherApp, webhookWorkerApp, recorderApp, httpApp]);
