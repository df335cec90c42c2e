import { Checkbox, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { NewWebhook } from '../api/types.ts';
import { DestinationForm, type FormFrameProps } from '../destinations/destination-form.tsx';
import { refusalOf } from '../destinations/refusal-of.ts';
import { originOf } from './origin-of.ts';

/** What the form gives: null in place of headers takes them off. */
export type WebhookFields = Omit<NewWebhook, 'headers'> & { headers?: null };

interface WebhookFormProps extends FormFrameProps {
  initial: NewWebhook;
  /** Names of the headers that the webhook has. They may hold passwords, so they do not follow it elsewhere. */
  headerNames?: readonly string[];
  onSubmit: (webhook: WebhookFields) => void;
  /** Stands below the URL, such as an offer of one. */
  urlHint?: (setUrl: (url: string) => void) => ReactNode;
}

/** Name, URL, event types and rate limit of a webhook, new or not. */
export function WebhookForm({ initial, headerNames = [], onSubmit, urlHint, ...frame }: WebhookFormProps) {
  const [url, setUrl] = useState(initial.url);
  const [isDropping, setDropping] = useState(false);
  const { name, eventTypes, filter = null, rateLimit = null } = initial;
  const isElsewhere = headerNames.length > 0 && originOf(url) !== originOf(initial.url);
  const headersRule = refusalOf(frame.error, 'headers');
  return (
    <DestinationForm
      {...frame}
      initial={{ name, eventTypes, filter, rateLimit }}
      placeholder="Admin tool"
      isTargetGiven={url.trim() !== ''}
      onSubmit={(fields) =>
        onSubmit({ ...fields, url: url.trim(), ...(isElsewhere && isDropping && { headers: null }) })
      }
    >
      {(isTried) => (
        <>
          <UrlField
            value={url}
            error={isTried && url.trim() === '' ? MISSING : refusalOf(frame.error, 'url')}
            onChange={setUrl}
          />
          {urlHint?.(setUrl)}
          {(isElsewhere || headersRule) && (
            <Checkbox
              label={`Take off its custom headers (${headerNames.join(', ')})`}
              description="They may hold passwords of the old host, so they are not sent to another one. Add them again afterwards, below."
              checked={isDropping}
              error={headersRule && !isDropping && `headers ${headersRule}`}
              onChange={(event) => setDropping(event.currentTarget.checked)}
            />
          )}
        </>
      )}
    </DestinationForm>
  );
}

const MISSING = 'Enter the URL that is to receive the requests';

interface UrlFieldProps {
  value: string;
  error: string | undefined;
  onChange: (url: string) => void;
}

function UrlField({ value, error, onChange }: UrlFieldProps) {
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
