import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { CLIENT_TYPES, toClientTypes } from './client-types.ts';
import { ROOT } from './run-steps.ts';

// Through Vite, which knows decorators: the operations reach controllers, and Node alone cannot read those.
const conditions = ['source', 'node', 'default'];
const { module } = await runnerImport<typeof import('./client-document.ts')>(
  join(ROOT, 'tools/client-document.ts'),
  {
    configFile: false,
    logLevel: 'error',
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    environments: { inline: { resolve: { conditions, externalConditions: conditions } } },
  },
);
writeFileSync(join(ROOT, CLIENT_TYPES), await toClientTypes(module.clientDocument()));
