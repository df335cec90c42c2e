import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Billing } from './billing/billing.ts';
import { Conversions } from './conversions/conversions.ts';
import { Experiments } from './experiments/experiments.ts';
import { Flags } from './flags/flags.ts';
import { ProducersModule } from './producers.module.ts';
import type { Sdk } from './sdk.ts';
import type { Services } from './simulator/world.ts';
import { Surveys } from './surveys/surveys.ts';
import { Usage } from './usage/usage.ts';

/** Starts the product services over one SDK. */
export async function startServices(
  sdk: Sdk,
  logger: LoggerService | false,
): Promise<{ services: Services; nest: INestApplicationContext }> {
  const nest = await NestFactory.createApplicationContext(ProducersModule.with(sdk), {
    logger,
    abortOnError: false,
  });
  const services = {
    billing: nest.get(Billing, { strict: false }),
    conversions: nest.get(Conversions, { strict: false }),
    experiments: nest.get(Experiments, { strict: false }),
    flags: nest.get(Flags, { strict: false }),
    surveys: nest.get(Surveys, { strict: false }),
    usage: nest.get(Usage, { strict: false }),
  };
  return { services, nest };
}
