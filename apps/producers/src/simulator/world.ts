import type { Owner } from '../sdk.ts';
import type { Billing } from '../billing/billing.ts';
import type { Conversions } from '../conversions/conversions.ts';
import type { Experiments } from '../experiments/experiments.ts';
import type { Flags } from '../flags/flags.ts';
import type { Surveys } from '../surveys/surveys.ts';
import type { Usage } from '../usage/usage.ts';
import type { Agenda } from './agenda.ts';
import type { Random } from './random.ts';
import type { Visitors } from './visitors.ts';

/** The product services that the simulator drives. */
export interface Services {
  experiments: Experiments;
  conversions: Conversions;
  flags: Flags;
  surveys: Surveys;
  usage: Usage;
  billing: Billing;
}

/** What the parts of a simulation share. */
export interface World extends Services {
  owner: Owner;
  random: Random;
  agenda: Agenda;
  visitors: Visitors;
}
