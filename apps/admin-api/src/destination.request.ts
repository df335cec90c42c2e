import type { EmailSettings } from '#connectors';
import { invalid, ZodBodyPipe } from '#service';
import { z } from 'zod';
import { pageFields } from './page.request.ts';
import {
  emailDestinationChange,
  contactsSchema,
  emailSchemas,
  newEmailDestination,
} from './email.request.ts';
import { newSlackDestination, slackDestinationChange, slackSchemas } from './slack.request.ts';

/** Kinds that these routes make and change; webhooks have routes of their own. */
const KINDS = ['slack', 'email'] as const;

/** A checked request for a new destination, ready to be stored. */
export interface NewDestination {
  kind: (typeof KINDS)[number];
  name: string;
  eventTypes: string[];
  filter: string | null;
  rateLimit: number | null;
  /** Where it leads, fit to be shown. */
  address: string;
  /** To be encrypted. */
  secret: string;
  settings: object;
}

/** A checked change; what is absent stays. */
export interface DestinationChange extends Partial<Omit<NewDestination, 'kind'>> {}

/** What the operator has set up. */
export interface DestinationRules {
  slackApiUrl: string;
  isMailSetUp: boolean;
}

/** What of a destination decides how it may be changed. */
export interface Changeable {
  kind: NewDestination['kind'];
  settings: object;
}

/** Query of a list of destinations of every kind. */
export const destinationQuery = z.strictObject({
  ...pageFields,
  kind: z
    .enum(['webhook', ...KINDS])
    .optional()
    .describe('Only destinations of this kind.'),
});

/** Checked query of a list of destinations. */
export type DestinationQuery = z.output<typeof destinationQuery>;

const NO_MAIL = { field: 'kind', rule: 'must be slack: this hub has no mail server (SMTP_URL)' };
const NO_CONTACTS = {
  field: 'recipients',
  rule: 'must be empty: this hub has no mail server (SMTP_URL)',
};
const withKind = new ZodBodyPipe(z.looseObject({ kind: z.enum(KINDS) }));

/** Checks request bodies by the operator's rules. */
export class DestinationRequests {
  readonly #slack: ReturnType<typeof slackSchemas>;

  readonly #isMailSetUp: boolean;

  /** @param isMailSetUp whether there is a server to send e-mails to */
  constructor({ slackApiUrl, isMailSetUp }: DestinationRules) {
    this.#slack = slackSchemas(slackApiUrl);
    this.#isMailSetUp = isMailSetUp;
  }

  create(body: unknown): NewDestination {
    const { kind } = withKind.transform(body);
    if (kind === 'slack') return newSlackDestination(new ZodBodyPipe(this.#slack.create).transform(body));
    if (!this.#isMailSetUp) throw invalid([NO_MAIL]);
    return newEmailDestination(new ZodBodyPipe(emailSchemas.create).transform(body));
  }

  /** The contacts of a project; to have none needs no mail server. */
  contacts(body: unknown): { recipients: string[] } {
    const contacts = new ZodBodyPipe(contactsSchema).transform(body);
    if (contacts.recipients.length > 0 && !this.#isMailSetUp) throw invalid([NO_CONTACTS]);
    return contacts;
  }

  change({ kind, settings }: Changeable, body: unknown): DestinationChange {
    if (kind === 'email') {
      const change = new ZodBodyPipe(emailSchemas.change).transform(body);
      return emailDestinationChange(change, settings as EmailSettings);
    }
    return slackDestinationChange(new ZodBodyPipe(this.#slack.change).transform(body));
  }
}
