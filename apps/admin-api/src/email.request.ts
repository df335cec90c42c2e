import { MAX_RECIPIENTS, emailAddress, type EmailSettings } from '#connectors';
import { invalid } from '#service';
import { generateSecret } from '#webhooks';
import { z } from 'zod';
import { digest, withDigest } from './digest.request.ts';
import { destinationFields, refuseEmptyChange } from './webhook.request.ts';

const { name, eventTypes, filter, rateLimit } = destinationFields;

const recipient = z
  .string()
  .max(254)
  .refine((text) => z.email().safeParse(text).success, 'must be an e-mail address');

/** A list of people to write to. */
const recipients = z
  .array(recipient)
  .min(1)
  .max(MAX_RECIPIENTS)
  .transform(withoutRepeats)
  .describe('Who gets a message of their own. People who unsubscribed cannot be added again.');

/** The body of a request that sets the contacts of a project. */
export const contactsSchema = z.strictObject({
  recipients: z
    .array(recipient)
    .max(MAX_RECIPIENTS)
    .transform(withoutRepeats)
    .describe('Who is told when deliveries go wrong; the owners of the tenant when empty.'),
});

const common = { name, eventTypes, filter, rateLimit };

/** The bodies of requests that create and change e-mail destinations. */
export const emailSchemas = {
  create: z.strictObject({
    kind: z.literal('email'),
    ...common,
    filter: filter.optional(),
    rateLimit: rateLimit.optional(),
    digest: digest.optional(),
    recipients,
  }),
  change: z
    .strictObject({ ...common, digest, recipients })
    .partial()
    .superRefine(refuseEmptyChange),
};

/** What a request for a new e-mail destination comes to. Its secret signs the links by which people unsubscribe. */
export function newEmailDestination(request: z.output<typeof emailSchemas.create>) {
  const { recipients: all, digest: daily, ...rest } = request;
  const { address, settings } = ofRecipients(all);
  return {
    ...{ filter: null, rateLimit: null, ...rest, address, secret: generateSecret() },
    settings: { ...settings, digest: daily },
  };
}

/** What a request for a change of one comes to. */
export function emailDestinationChange(
  { recipients: all, digest: daily, ...rest }: z.output<typeof emailSchemas.change>,
  { unsubscribed = [] }: Pick<EmailSettings, 'unsubscribed'>,
) {
  if (all === undefined) return { ...rest, settings: withDigest(undefined, daily) };
  const gone = new Set(unsubscribed.map((each) => each.toLowerCase()));
  const refused = all.flatMap((each, index) => (gone.has(each.toLowerCase()) ? [index] : []));
  if (refused.length > 0)
    throw invalid(refused.map((index) => ({ field: `recipients[${index}]`, rule: 'has unsubscribed' })));
  const { address, settings } = ofRecipients(all);
  return { ...rest, address, settings: withDigest(settings, daily) };
}

/** Where it leads, and what it is told. */
function ofRecipients(all: readonly string[]) {
  return { address: emailAddress(all), settings: { recipients: all } };
}

function withoutRepeats(all: readonly string[]): string[] {
  return [...new Map(all.map((each) => [each.toLowerCase(), each])).values()];
}
