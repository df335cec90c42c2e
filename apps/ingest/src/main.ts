import { runApps } from '#service';
import { ingestApp } from './ingest.app.ts';

await runApps('ingest', [ingestApp]);
