import { invalid, ZodBodyPipe } from '#service';
import { z } from 'zod';
import { pageFields } from './page.request.ts';
import { newSlackDestination, slackDestinationChange, slackSchemas } from './slack.request.ts';

/** Kinds that these routes make and change; webhooks have routes of their own. */
const KINDS = ['slack', 'email'] as const;

/** A checked request for a new destination, ready to be stored. */
export interface NewDestination {
  kind: (typeof KINDS)[number];
  name: string;
  eventTypes: string[];
  rateLimit: number | null;
  /** Where it leads, fit to be shown. */
  address: string;
  /** To be encrypted. */
  secret: string;
  settings: object;
}

/** A checked change; what is absent stays. */
export interface DestinationChange extends Partial<Omit<NewDestination, 'kind'>> {}

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

const withKind = new ZodBodyPipe(z.looseObject({ kind: z.enum(KINDS) }));

/** Checks request bodies by the operator's rules. */
export class DestinationRequests {
  readonly #slack: ReturnType<typeof slackSchemas>;

  /** @param apiUrl SLACK_API_URL */
  constructor(apiUrl: string) {
    this.#slack = slackSchemas(apiUrl);
  }

  create(body: unknown): NewDestination {
    const { kind } = withKind.transform(body);
    if (kind === 'slack') return newSlackDestination(new ZodBodyPipe(this.#slack.create).transform(body));
    throw invalid([{ field: 'kind', rule: 'must be slack' }]);
  }

  change(kind: NewDestination['kind'], body: unknown): DestinationChange {
    if (kind === 'email') throw invalid([{ field: 'kind', rule: 'must be slack' }]);
    return slackDestinationChange(new ZodBodyPipe(this.#slack.change).transform(body));
  }
}
