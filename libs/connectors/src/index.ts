export {
  DIGEST_TYPE,
  isGathered,
  isTimeZone,
  lastDigestAt,
  toDigestData,
  type DigestSettings,
} from './digest.ts';
export {
  MAX_RECIPIENTS,
  emailAddress,
  readUnsubscribeToken,
  unsubscribeToken,
  type EmailSettings,
  type Unsubscription,
} from './email-target.ts';
export { toGroupNotice } from './group-notice.ts';
export type { Links } from './links.ts';
export { toNotice, type Notice } from './notice.ts';
export { createSendEmail, type SendEmailOptions } from './send-email.ts';
export { createSendSlack, createSendSlackBatch, type SendSlackOptions } from './send-slack.ts';
export { slackBurstPolicy } from './slack-bursts.ts';
export {
  SLACK_RULES,
  checkSlackUrl,
  isBotToken,
  isChannel,
  slackAddress,
  type SlackSettings,
  type SlackTarget,
} from './slack-target.ts';
export { readBody } from './read-body.ts';
export { Tally } from './tally.ts';
