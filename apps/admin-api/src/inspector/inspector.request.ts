import { z } from 'zod';

/** What an inspector can be told to answer: enough to see retries, auto-pause and disabling at once. */
export const ANSWERS = [200, 204, 400, 410, 429, 500, 503] as const;

export const inspectorChange = z.strictObject({
  answerStatus: z.literal(ANSWERS).describe('HTTP status that each request is answered with.'),
});

/** A checked change of an inspector. */
export type InspectorChange = z.output<typeof inspectorChange>;
