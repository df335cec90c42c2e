import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import { DestinationForm, type CommonFields, type FormFrameProps } from './destination-form.tsx';
import { explainRecipients, parseRecipients } from './recipients.ts';

interface EmailFormProps extends FormFrameProps {
  initial: CommonFields & { recipients: readonly string[] };
  onSubmit: (fields: CommonFields & { recipients: string[] }) => void;
}

/** Name, recipients, event types and rate limit of an e-mail destination, new or not. */
export function EmailForm({ initial, onSubmit, ...frame }: EmailFormProps) {
  const { recipients: first, ...common } = initial;
  const [text, setText] = useState(first.join('\n'));
  const recipients = parseRecipients(text);
  return (
    <DestinationForm
      {...frame}
      initial={common}
      placeholder="Research team"
      rateLimitHint="Most e-mails a second; what is more waits. Leave it empty for no limit"
      isTargetGiven={recipients.length > 0}
      onSubmit={(fields) => onSubmit({ ...fields, recipients })}
    >
      {(isTried) => (
        <RecipientsField
          value={text}
          error={
            isTried && recipients.length === 0
              ? 'Enter at least one address'
              : rulesOf(frame.error, recipients)
          }
          onChange={setText}
        />
      )}
    </DestinationForm>
  );
}

interface RecipientsFieldProps {
  value: string;
  error: string | undefined;
  description?: string;
  onChange: (text: string) => void;
}

/** Addresses, one a line. */
export function RecipientsField({ value, error, description, onChange }: RecipientsFieldProps) {
  return (
    <Textarea
      label="Recipients"
      description={
        description ??
        'One address a line, twenty at most. Each gets a message of their own and can unsubscribe'
      }
      placeholder={'mira@example.com\nresearch@example.com'}
      autosize
      minRows={3}
      maxRows={12}
      spellCheck={false}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** What the API says of recipients, each by its address. */
export function rulesOf(error: Error | null, recipients: readonly string[]): string | undefined {
  return error instanceof ApiProblem ? explainRecipients(error.errors, recipients) : undefined;
}
