import { loadConfig } from '#config';
import { startHttp, type AppDefinition } from '#service';
import { Module, type DynamicModule } from '@nestjs/common';
import { createAdminApiModule } from '../../admin-api/src/admin-api.app.ts';
import { describeAdminApi } from '../../admin-api/src/describe-admin-api.ts';
import { serveDocs } from '../../admin-api/src/serve-docs.ts';
import { createIngestModule, limitEventBodies } from '../../ingest/src/ingest.app.ts';

@Module({})
class HttpModule {
  static with(imports: DynamicModule[]): DynamicModule {
    return { module: HttpModule, imports };
  }
}

/** Ingest and admin API behind one port. */
export const httpApp: AppDefinition = {
  name: 'http',
  sections: ['http', 'database', 'egress', 'secrets'],
  start: async (runtime) => {
    const { http } = loadConfig(['http']);
    const module = HttpModule.with([await createIngestModule(runtime), await createAdminApiModule(runtime)]);
    const document = serveDocs(describeAdminApi());
    return startHttp(
      runtime,
      {
        module,
        bodyLimitBytes: http.MAX_BATCH_BYTES,
        prepare: (app) => {
          limitEventBodies(app);
          document(app);
        },
      },
      http,
    );
  },
};
