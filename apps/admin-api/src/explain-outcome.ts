/** Why there was no HTTP status, in plain words. */
const CLASSES: Readonly<Record<string, string>> = {
  dns: 'The host name could not be resolved.',
  connect: 'No connection could be made.',
  tls: 'The TLS handshake failed: check the certificate.',
  timeout: 'There was no answer in time.',
  blocked: 'The address is not one that webhooks may reach.',
  reset: 'The connection was closed before an answer came.',
  protocol: 'The answer was not valid HTTP.',
  connection_closed:
    'The receiver closed an idle connection just as the request went out; it was sent again on a new one.',
  secret_unreadable: 'The stored secret cannot be read: an operator must set the right MASTER_KEY.',
  action_prohibited: 'Slack: a policy of the workspace forbids this message.',
  account_inactive: 'Slack: the bot’s account is deactivated; set another token.',
  channel_is_archived: 'Slack: the channel is archived.',
  channel_not_found: 'Slack: there is no such channel, or the bot may not see it.',
  mail_deferred: 'The mail server asked to try again later: see its answer.',
  mail_refused: 'The mail server refused every recipient for good: see its answer.',
  mail_unanswered:
    'The mail server did not answer in time; the message is sent again under the same Message-ID.',
  smtp_unavailable:
    'The mail server of this hub is not set up or did not answer; the message is sent when it does.',
  invalid_auth: 'Slack: the bot token is not valid; set another.',
  invalid_blocks: 'Slack refused the form of the message; it is not tried again.',
  invalid_payload: 'Slack refused the form of the message; it is not tried again.',
  invalid_token: 'Slack: the incoming webhook is no longer valid; set another URL.',
  is_archived: 'Slack: the channel is archived.',
  missing_scope: 'Slack: the bot lacks the scope chat:write.',
  no_service: 'Slack: the incoming webhook was removed or disabled; set another URL.',
  no_team: 'Slack: the workspace does not exist any more.',
  not_authed: 'Slack: the bot token is not valid; set another.',
  not_in_channel: 'Slack: the bot is not in the channel; invite it.',
  rate_limited: 'Slack asked to wait: too many messages at once.',
  ratelimited: 'Slack asked to wait: too many messages at once.',
  token_expired: 'Slack: the bot token has expired; set another.',
  token_revoked: 'Slack: the bot token was revoked; set another.',
  unknown_answer: 'The answer was not one of Slack.',
  interrupted: 'The attempt was interrupted on our side; it is made again.',
};

/** What went wrong with an attempt, in plain words; null when nothing did. */
export function explainOutcome(attempt: { errorClass: string | null; status: number | null }): string | null {
  if (attempt.errorClass !== null) return CLASSES[attempt.errorClass] ?? 'The request failed.';
  if (attempt.status === null || (attempt.status >= 200 && attempt.status < 300)) return null;
  if (attempt.status >= 300 && attempt.status < 400) {
    return `The receiver answered ${attempt.status}: redirects are not followed.`;
  }
  return `The receiver answered ${attempt.status}; only 2xx counts as received.`;
}
