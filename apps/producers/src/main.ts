import { runApps } from '#service';
import { producersApp } from './producers.app.ts';
import { readOptions } from './read-options.ts';

await runApps('producers', [producersApp(readOptions(process.argv.slice(2)))]);
