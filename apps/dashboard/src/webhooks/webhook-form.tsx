import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/client.ts';
import type { NewWebhook } from '../api/types.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { EventTypePicker } from './event-type-picker.tsx';

interface WebhookFormProps {
  initial: NewWebhook;
  action: string;
  isBusy: boolean;
  error: Error | null;
  onSubmit: (webhook: NewWebhook) => void;
  /** Stands below the URL, such as an offer of one. */
  urlHint?: (setUrl: (url: string) => void) => ReactNode;
  cancel?: ReactNode;
}

/** Name, URL, event types and rate limit of a webhook, new or not. */
export function WebhookForm({ initial, action, isBusy, error, onSubmit, urlHint, cancel }: WebhookFormProps) {
  const [webhook, setWebhook] = useState(initial);
  const [isTried, setTried] = useState(false);
  const set = (change: Partial<NewWebhook>) => setWebhook((before) => ({ ...before, ...change }));
  const missing = isTried ? findMissing(webhook) : {};
  const refused = (field: string) => refusalOf(error, field);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(findMissing(webhook)).length === 0) onSubmit(webhook);
      }}
    >
      <Stack gap="md" maw={680}>
        <NameField
          value={webhook.name}
          error={missing.name ?? refused('name')}
          onChange={(name) => set({ name })}
        />
        <UrlField
          value={webhook.url}
          error={missing.url ?? refused('url')}
          onChange={(url) => set({ url })}
        />
        {urlHint?.((url) => set({ url }))}
        <EventTypePicker
          value={webhook.eventTypes}
          error={missing.eventTypes ?? refused('eventTypes')}
          onChange={(eventTypes) => set({ eventTypes })}
        />
        <RateLimitField
          value={webhook.rateLimit}
          error={refused('rateLimit')}
          onChange={(rateLimit) => set({ rateLimit })}
        />
        {error && <ProblemAlert error={error} />}
        <Group>
          <Button type="submit" loading={isBusy}>
            {action}
          </Button>
          {cancel}
        </Group>
      </Stack>
    </form>
  );
}

/** The rule of the API that a field breaks. */
function refusalOf(error: Error | null, field: string): string | undefined {
  if (!(error instanceof ApiProblem)) return undefined;
  return error.errors.find((each) => each.field.split(/[.[]/)[0] === field)?.rule;
}

function findMissing({ name, url, eventTypes }: NewWebhook): {
  name?: string;
  url?: string;
  eventTypes?: string;
} {
  return {
    ...(name.trim() === '' && { name: 'Give the webhook a name' }),
    ...(url.trim() === '' && { url: 'Enter the URL that is to receive the requests' }),
    ...(eventTypes.length === 0 && { eventTypes: 'Choose at least one event type' }),
  };
}

interface FieldProps<Value> {
  value: Value;
  error: string | undefined;
  onChange: (value: Value) => void;
}

function NameField({ value, error, onChange }: FieldProps<string>) {
  return (
    <TextInput
      label="Name"
      description="How the webhook is called in lists"
      placeholder="Admin tool"
      required
      maxLength={200}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function UrlField({ value, error, onChange }: FieldProps<string>) {
  return (
    <TextInput
      label="Destination URL"
      description="Receives a signed POST request for each event"
      placeholder="https://example.com/webhooks/ttoolab"
      required
      type="url"
      maxLength={2_048}
      autoComplete="off"
      spellCheck={false}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function RateLimitField({ value, error, onChange }: FieldProps<number | null | undefined>) {
  return (
    <NumberInput
      label="Rate limit"
      description="Most requests a second; what is more waits. Leave it empty for no limit"
      placeholder="No limit"
      min={0.1}
      max={10_000}
      maw={220}
      value={value ?? ''}
      error={error}
      onChange={(next) => onChange(typeof next === 'number' ? next : null)}
    />
  );
}
