import { Module } from '@nestjs/common';
import { Billing } from './billing.ts';

/** Wiring of billing. */
@Module({ providers: [Billing], exports: [Billing] })
export class BillingModule {}
