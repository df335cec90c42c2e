/** Those that run unless others are named. */
export const DEFAULT_SCENARIOS = ['limit', 'http-single', 'sdk', 'batch', 'fan-out', 'latency'] as const;

/** All that can be named: what the others show, and what takes long. */
export const SCENARIO_NAMES = [
  ...DEFAULT_SCENARIOS,
  'http-ids',
  'latency-sdk',
  'flat',
  'backlog',
  'growth-workers',
  'growth-destinations',
  'growth-history',
  'sink',
  'pages',
  'messages',
] as const;

/** Name of a scenario. */
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** Whether there is such a scenario. */
export function isScenario(name: string): name is ScenarioName {
  return (SCENARIO_NAMES as readonly string[]).includes(name);
}
