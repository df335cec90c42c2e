/** Stand-ins for Slack and a mail server, which take messages as fast as they come and count them. */
import { startSlackServer } from '../test/harness/slack-server.ts';
import { startSmtpServer } from '../test/harness/smtp-server.ts';
import { serve } from './child/serve.ts';

/** Where they listen. */
export interface MessageAddresses {
  slackApiUrl: string;
  slackHook: string;
  smtpUrl: string;
}

/** Messages that have arrived. */
export interface MessageCounts {
  slack: number;
  email: number;
}

const [slack, smtp] = await Promise.all([startSlackServer(), startSmtpServer()]);

serve<{ addresses: null; counts: null }>({
  addresses: (): MessageAddresses => ({
    slackApiUrl: slack.apiUrl,
    slackHook: slack.webhookUrl('bench'),
    smtpUrl: smtp.url,
  }),
  counts: (): MessageCounts => ({ slack: slack.posts().length, email: smtp.mails.length }),
});
