import { z } from 'zod';

/** A request to erase a visitor. */
export const visitorErasure = z.strictObject({
  anonymousId: z.guid('must be a UUID').describe('The visitor, as events name them.'),
});
