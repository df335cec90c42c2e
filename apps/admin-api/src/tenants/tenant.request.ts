import { ALL_SCOPES, ROLES, SCOPES } from '#service';
import { z } from 'zod';
import { pageFields } from '../page.request.ts';
import { emailText, nameText } from '../people/people.request.ts';

export const roleBody = z.strictObject({ role: z.enum(ROLES) });
export const invitationBody = z.strictObject({ email: emailText, role: z.enum(ROLES) });

const time = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .optional();

export const auditQuery = z.strictObject({
  ...pageFields,
  action: z.string().max(100).optional().describe('Exactly, such as `webhook.changed`.'),
  actorId: z.string().max(100).optional().describe('Id of the person or API key that did it.'),
  objectId: z.string().max(100).optional().describe('Id of what it was done to.'),
  projectId: z.guid().optional().describe('Only what belongs to this project.'),
  from: time.describe('Not before this time.'),
  to: time.describe('Before this time.'),
});

/** A checked query for the audit log. */
export type AuditQuery = z.output<typeof auditQuery>;

export const keyBody = z.strictObject({
  name: nameText.describe('What the key is for.'),
  scopes: z
    .array(z.enum([ALL_SCOPES, ...SCOPES]))
    .min(1)
    .transform((scopes) => [...new Set<string>(scopes)])
    .optional()
    .describe('What the key may do; everything that a key can when absent.'),
});
