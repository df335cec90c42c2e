import { runApps } from '#service';
import { adminApiApp } from './admin-api.app.ts';

await runApps('admin-api', [adminApiApp]);
