import {
  SLACK_RULES,
  checkSlackUrl,
  isBotToken,
  isChannel,
  slackAddress,
  type SlackTarget,
} from '#connectors';
import { z } from 'zod';
import { digest, withDigest } from './digest.request.ts';
import { destinationFields, refuseEmptyChange } from './webhook.request.ts';

/** Slack takes one message a second in a channel. */
const SLACK_RATE = 1;

const { name, eventTypes, filter, rateLimit } = destinationFields;

/** The bodies of requests that create and change Slack destinations. @param apiUrl SLACK_API_URL */
export function slackSchemas(apiUrl: string) {
  const webhookUrl = z
    .string()
    .max(500)
    .superRefine((text, context) => {
      const rule = checkSlackUrl(text, apiUrl);
      if (rule !== null) context.addIssue({ code: 'custom', message: SLACK_RULES[rule] });
    })
    .optional()
    .describe('URL of an incoming webhook. Kept encrypted, never shown again.');
  const botToken = z
    .string()
    .refine(isBotToken, SLACK_RULES.token)
    .optional()
    .describe('Bot token with chat:write, in place of webhookUrl. Kept encrypted, never shown again.');
  const channel = z
    .string()
    .refine(isChannel, SLACK_RULES.channel)
    .optional()
    .describe('Where the bot posts: with botToken.');
  const target = { webhookUrl, botToken, channel };
  const common = { name, eventTypes, filter, rateLimit };
  return {
    create: z
      .strictObject({
        kind: z.literal('slack'),
        ...common,
        ...{ filter: filter.optional(), rateLimit: rateLimit.optional(), digest: digest.optional() },
        ...target,
      })
      .superRefine((body, context) => {
        refuseHalfTarget(body, context);
        if (body.webhookUrl === undefined && body.botToken === undefined && body.channel === undefined)
          context.addIssue({
            code: 'custom',
            path: ['webhookUrl'],
            message: 'is required, or botToken with channel',
          });
      }),
    change: z
      .strictObject({ ...common, digest })
      .partial()
      .extend(target)
      .superRefine((body, context) => {
        refuseHalfTarget(body, context);
        refuseEmptyChange(body, context);
      }),
  };
}

type Schemas = ReturnType<typeof slackSchemas>;
type TargetFields = Pick<z.output<Schemas['change']>, 'webhookUrl' | 'botToken' | 'channel'>;

/** What a request for a new Slack destination comes to. */
export function newSlackDestination(request: z.output<Schemas['create']>) {
  const { webhookUrl, botToken, channel, digest: daily, rateLimit: rate = SLACK_RATE, ...rest } = request;
  const { settings, ...target } = ofTarget(toTarget({ webhookUrl, botToken, channel }) as SlackTarget);
  return { filter: null, ...rest, ...target, rateLimit: rate, settings: { ...settings, digest: daily } };
}

/** What a request for a change of one comes to. */
export function slackDestinationChange({
  webhookUrl,
  botToken,
  channel,
  digest: daily,
  ...rest
}: z.output<Schemas['change']>) {
  const target = toTarget({ webhookUrl, botToken, channel });
  const { settings, ...changed } = target === undefined ? {} : ofTarget(target);
  return { ...rest, ...changed, settings: withDigest(settings, daily) };
}

/** A URL, or a token with its channel: never both, never half. */
function refuseHalfTarget({ webhookUrl, botToken, channel }: TargetFields, context: z.RefinementCtx): void {
  const refuse = (field: string, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message });
  if (webhookUrl !== undefined) {
    if (botToken !== undefined) refuse('botToken', 'must not stand beside webhookUrl');
    if (channel !== undefined) refuse('channel', 'must not stand beside webhookUrl, which has its own');
  } else if (botToken !== undefined && channel === undefined) refuse('channel', 'is required with botToken');
  else if (channel !== undefined && botToken === undefined) refuse('botToken', 'is required with channel');
}

function toTarget({ webhookUrl, botToken, channel }: TargetFields): SlackTarget | undefined {
  if (webhookUrl !== undefined) return { kind: 'incoming_webhook', webhookUrl };
  if (botToken === undefined || channel === undefined) return undefined;
  return { kind: 'bot', botToken, channel };
}

/** Null takes a setting out. */
function ofTarget(target: SlackTarget) {
  const address = slackAddress(target);
  if (target.kind === 'bot')
    return { address, secret: target.botToken, settings: { channel: target.channel } };
  return { address, secret: target.webhookUrl, settings: { channel: null } };
}
