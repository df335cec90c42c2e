import { Module, type DynamicModule } from '@nestjs/common';
import { BillingModule } from './billing/billing.module.ts';
import { ConversionsModule } from './conversions/conversions.module.ts';
import { ExperimentsModule } from './experiments/experiments.module.ts';
import { FlagsModule } from './flags/flags.module.ts';
import { SdkModule } from './sdk.module.ts';
import type { Sdk } from './sdk.ts';
import { SurveysModule } from './surveys/surveys.module.ts';
import { UsageModule } from './usage/usage.module.ts';

const SERVICES = [
  BillingModule,
  ConversionsModule,
  ExperimentsModule,
  FlagsModule,
  SurveysModule,
  UsageModule,
];

/** Wiring of all product services, as one process. */
@Module({})
export class ProducersModule {
  static with(sdk: Sdk): DynamicModule {
    return { module: ProducersModule, imports: [SdkModule.with(sdk), ...SERVICES] };
  }
}
