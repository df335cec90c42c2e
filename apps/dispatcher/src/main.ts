import { runApps } from '#service';
import { dispatcherApp } from './dispatcher.app.ts';

await runApps('dispatcher', [dispatcherApp]);
