import { Module } from '@nestjs/common';
import { ExperimentsModule } from '../experiments/experiments.module.ts';
import { Flags } from './flags.ts';

/** Wiring of feature flags. */
@Module({ imports: [ExperimentsModule], providers: [Flags], exports: [Flags] })
export class FlagsModule {}
