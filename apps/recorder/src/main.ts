import { runApps } from '#service';
import { recorderApp } from './recorder.app.ts';

await runApps('recorder', [recorderApp]);
