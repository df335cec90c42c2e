import { Module } from '@nestjs/common';
import { ExperimentsModule } from '../experiments/experiments.module.ts';
import { Conversions } from './conversions.ts';

/** Wiring of exposures and conversions. */
@Module({ imports: [ExperimentsModule], providers: [Conversions], exports: [Conversions] })
export class ConversionsModule {}
