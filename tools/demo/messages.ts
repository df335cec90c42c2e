import { startSlackServer, type SlackServer } from '../../test/harness/slack-server.ts';
import { choosePorts } from '../stack/ports.ts';
import { AdminClient } from './admin-client.ts';
import { paint, type FeedStyle } from './feed-line.ts';
import type { Sample } from './prepare-sample.ts';

const CHANNEL = 'launches';
const INDENT = 10;
const SLACK = {
  kind: 'slack',
  name: 'Team chat',
  eventTypes: [
    ...['experiment.started', 'experiment.winner_detected', 'experiment.finished'],
    ...['feature_flag.created', 'feature_flag.updated', 'usage.*', 'webhook.*'],
  ],
};
const EMAIL = {
  kind: 'email',
  name: 'Product mail',
  eventTypes: ['experiment.winner_detected', 'experiment.finished', 'usage.*', 'billing.*'],
  recipients: ['mira@shop.example.com'],
};

/** The demo's Slack and e-mail destinations, and the local server that stands in for Slack and shows what is posted. */
export class Messages {
  readonly #style: FeedStyle;
  readonly #print: (line: string) => void;
  #slack: SlackServer | undefined;

  constructor(style: FeedStyle, print: (line: string) => void) {
    this.#style = style;
    this.#print = print;
  }

  /** Starts the stand-in where it was the last time. @returns settings that lead there */
  async prepare(dataDir: string): Promise<Record<string, string>> {
    // Whoever has set another wants their own.
    if (process.env['SLACK_API_URL'] !== undefined) return {};
    const { slack: port } = await choosePorts(dataDir, ['slack'], {});
    this.#slack = await startSlackServer({
      port,
      onPost: ({ channel, text }) => this.#print(paint(this.#style, 'dim', slackLine(channel, text))),
    });
    return { SLACK_API_URL: this.#slack.apiUrl };
  }

  /** Makes the destinations where they are missing, and points them to where the local servers listen. */
  async connect(url: string, sample: Sample): Promise<{ id: string; name: string }[]> {
    const client = new AdminClient(url, sample);
    const known = await client.destinations();
    const slack = this.#slack && { ...SLACK, webhookUrl: this.#slack.webhookUrl(CHANNEL) };
    const wanted = slack === undefined ? [EMAIL] : [slack, EMAIL];
    return Promise.all(
      wanted.map(({ kind, ...settings }) => {
        const found = known.find((each) => each.kind === kind && each.name === settings.name);
        if (found === undefined) return client.createDestination({ kind, ...settings });
        return client.changeDestination(found, settings);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#slack?.close();
  }
}

/** What was posted where, as Slack shows it, below the times of the feed. */
export function slackLine(channel: string, text: string): string {
  const plain = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return `${' '.repeat(INDENT)}Slack #${channel}: ${plain}`;
}
