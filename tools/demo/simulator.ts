/** The simulator of apps/producers, once it is built. */
export const SIMULATOR = 'dist/apps/producers/src/main.js';

/** What Node is told to run it. */
export const SIMULATOR_OPTIONS = [
  '--enable-source-maps',
  '--disable-warning=TimeoutNegativeWarning',
] as const;
