import { Module } from '@nestjs/common';
import { BillingModule } from '../billing/billing.module.ts';
import { Usage } from './usage.ts';

/** Wiring of usage. */
@Module({ imports: [BillingModule], providers: [Usage], exports: [Usage] })
export class UsageModule {}
