import { Module } from '@nestjs/common';
import { Experiments } from './experiments.ts';

/** Wiring of experiments. */
@Module({ providers: [Experiments], exports: [Experiments] })
export class ExperimentsModule {}
