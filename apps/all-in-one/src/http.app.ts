import { loadConfig } from '#config';
import { serveDocs, startHttp, type AppDefinition } from '#service';
import { Module, type DynamicModule } from '@nestjs/common';
import { createAdminApiModule, serveDashboard } from '../../admin-api/src/admin-api.app.ts';
import { ADMIN_OPERATIONS } from '../../admin-api/src/admin-operations.ts';
import { createIngestModule, limitEventBodies } from '../../ingest/src/ingest.app.ts';
import { INGEST_OPERATIONS } from '../../ingest/src/ingest-operations.ts';

@Module({})
class HttpModule {
  static with(imports: DynamicModule[]): DynamicModule {
    return { module: HttpModule, imports };
  }
}

/** Ingest and admin API behind one port. */
export const httpApp: AppDefinition = {
  name: 'http',
  sections: ['http', 'database', 'egress', 'secrets', 'connectors', 'people', 'mail', 'caps'],
  start: async (runtime) => {
    const { http } = loadConfig(['http']);
    const module = HttpModule.with([await createIngestModule(runtime), await createAdminApiModule(runtime)]);
    const document = serveDocs([...INGEST_OPERATIONS, ...ADMIN_OPERATIONS]);
    return startHttp(
      runtime,
      {
        module,
        bodyLimitBytes: http.MAX_BATCH_BYTES,
        prepare: (app) => {
          limitEventBodies(app);
          document(app);
          serveDashboard(app);
        },
      },
      http,
    );
  },
};
