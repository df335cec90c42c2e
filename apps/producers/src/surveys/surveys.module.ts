import { Module } from '@nestjs/common';
import { Surveys } from './surveys.ts';

/** Wiring of surveys. */
@Module({ providers: [Surveys], exports: [Surveys] })
export class SurveysModule {}
