/** What an account's use is measured by. */
export type Metric = 'visitors' | 'responses';

/** How much of each metric a plan includes in a calendar month. */
export const PLANS = {
  free: { visitors: 1_000, responses: 50 },
  starter: { visitors: 10_000, responses: 500 },
  growth: { visitors: 50_000, responses: 2_500 },
  business: { visitors: 250_000, responses: 10_000 },
} as const satisfies Record<string, Record<Metric, number>>;

export type PlanKey = keyof typeof PLANS;
