import { PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { DestinationForm, type CommonFields, type FormFrameProps } from './destination-form.tsx';
import { refusalOf } from './refusal-of.ts';

/** Where a Slack destination posts; nothing where it stays as it is. */
export type SlackTarget = { webhookUrl: string } | { botToken: string; channel: string } | object;

interface SlackFormProps extends FormFrameProps {
  initial: CommonFields;
  /** Where it posts now; absent for a new one. */
  address?: string;
  onSubmit: (fields: CommonFields & SlackTarget) => void;
}

type Way = 'webhookUrl' | 'bot';

/** Name, place, event types and rate limit of a Slack destination, new or not. */
export function SlackForm({ initial, address, onSubmit, ...frame }: SlackFormProps) {
  const [way, setWay] = useState<Way>('webhookUrl');
  const [secret, setSecret] = useState('');
  const [channel, setChannel] = useState('');
  const target = targetOf(way, secret.trim(), channel.trim());
  const isKept = address !== undefined && secret.trim() === '' && channel.trim() === '';
  return (
    <DestinationForm
      {...frame}
      initial={initial}
      placeholder="Launches"
      rateLimitHint="Most messages a second; Slack takes one. What is more waits"
      isTargetGiven={isKept || target !== undefined}
      onSubmit={(fields) => onSubmit({ ...fields, ...(isKept ? {} : target) })}
    >
      {(isTried) => (
        <Stack gap="sm" role="group" aria-label="Where it posts">
          <SegmentedControl
            aria-label="How it posts"
            value={way}
            onChange={setWay}
            data={[
              { value: 'webhookUrl', label: 'Incoming webhook' },
              { value: 'bot', label: 'Bot and channel' },
            ]}
            maw={340}
          />
          <SecretField
            way={way}
            value={secret}
            address={address}
            error={
              isTried && !isKept && secret.trim() === '' ? 'Enter it' : refusalOf(frame.error, FIELDS[way])
            }
            onChange={setSecret}
          />
          {way === 'bot' && (
            <ChannelField
              value={channel}
              error={
                isTried && !isKept && channel.trim() === '' ? 'Enter it' : refusalOf(frame.error, 'channel')
              }
              onChange={setChannel}
            />
          )}
        </Stack>
      )}
    </DestinationForm>
  );
}

const FIELDS = { webhookUrl: 'webhookUrl', bot: 'botToken' } as const;
const TEXTS = {
  webhookUrl: {
    label: 'Incoming webhook URL',
    description:
      'Slack shows it when you add “Incoming Webhooks” to a channel. Kept encrypted, never shown again',
    placeholder: 'https://hooks.slack.com/services/…',
  },
  bot: {
    label: 'Bot token',
    description: 'Of an app of yours with the scope chat:write. Kept encrypted, never shown again',
    placeholder: 'xoxb-…',
  },
} as const;

interface SecretFieldProps {
  way: Way;
  value: string;
  address: string | undefined;
  error: string | undefined;
  onChange: (secret: string) => void;
}

function SecretField({ way, value, address, error, onChange }: SecretFieldProps) {
  const { label, description, placeholder } = TEXTS[way];
  return (
    <>
      <PasswordInput
        label={label}
        description={description}
        placeholder={address === undefined ? placeholder : 'Leave it empty to keep what is there'}
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': `Show ${label.toLowerCase()}`, tabIndex: 0 }}
        value={value}
        error={error}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {address !== undefined && (
        <Text size="xs" c="dimmed">
          Posts to <span className="hub-mono">{address}</span> now.
        </Text>
      )}
    </>
  );
}

interface ChannelFieldProps {
  value: string;
  error: string | undefined;
  onChange: (channel: string) => void;
}

function ChannelField({ value, error, onChange }: ChannelFieldProps) {
  return (
    <TextInput
      label="Channel"
      description="An id or a name. Invite the bot there first"
      placeholder="#experiments"
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function targetOf(way: Way, secret: string, channel: string): SlackTarget | undefined {
  if (secret === '') return undefined;
  if (way === 'webhookUrl') return { webhookUrl: secret };
  return channel === '' ? undefined : { botToken: secret, channel };
}
