import { Button, Group, NumberInput, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { FilterField } from '../filters/filter-field.tsx';
import { EventTypePicker } from './event-type-picker.tsx';
import { refusalOf } from './refusal-of.ts';

/** What destinations of every kind have. */
export interface CommonFields {
  name: string;
  eventTypes: string[];
  filter: string | null;
  rateLimit: number | null;
}

/** What a new destination begins with. */
export const NO_FIELDS: CommonFields = { name: '', eventTypes: [], filter: null, rateLimit: null };

/** What each of the forms is given. */
export interface FormFrameProps {
  action: string;
  isBusy: boolean;
  error: Error | null;
  /** Stands beside the button. */
  beside?: ReactNode;
}

interface DestinationFormProps extends FormFrameProps {
  initial: CommonFields;
  /** Of the name. */
  placeholder: string;
  rateLimitHint?: string;
  /** Whether where it leads is filled in. */
  isTargetGiven: boolean;
  onSubmit: (fields: CommonFields) => void;
  /** The fields that say where it leads. @param isTried whether what is missing is to be told */
  children: (isTried: boolean) => ReactNode;
}

/** Name, where it leads, event types and rate limit of a destination, new or not. */
export function DestinationForm(props: DestinationFormProps) {
  const { initial, action, isBusy, error, placeholder, isTargetGiven, onSubmit, children, beside } = props;
  const [fields, setFields] = useState(initial);
  const [isTried, setTried] = useState(false);
  const set = (change: Partial<CommonFields>) => setFields((before) => ({ ...before, ...change }));
  const missing = findMissing(fields);
  const errorOf = (name: keyof CommonFields) => (isTried && missing[name]) || refusalOf(error, name);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (isTargetGiven && Object.keys(missing).length === 0) onSubmit(fields);
      }}
    >
      <Stack gap="md" maw={680}>
        <NameField
          value={fields.name}
          placeholder={placeholder}
          error={errorOf('name')}
          onChange={(name) => set({ name })}
        />
        {children(isTried)}
        <EventFields fields={fields} errorOf={errorOf} onChange={set} />
        <RateLimitField
          value={fields.rateLimit}
          hint={
            props.rateLimitHint ?? 'Most requests a second; what is more waits. Leave it empty for no limit'
          }
          error={errorOf('rateLimit')}
          onChange={(rateLimit) => set({ rateLimit })}
        />
        {error && <ProblemAlert error={error} />}
        <Group>
          <Button type="submit" loading={isBusy}>
            {action}
          </Button>
          {beside}
        </Group>
      </Stack>
    </form>
  );
}

interface EventFieldsProps {
  fields: CommonFields;
  errorOf: (name: keyof CommonFields) => string | undefined;
  onChange: (change: Partial<CommonFields>) => void;
}

/** Which events it takes. */
function EventFields({ fields: { eventTypes, filter }, errorOf, onChange }: EventFieldsProps) {
  return (
    <>
      <EventTypePicker
        value={eventTypes}
        error={errorOf('eventTypes')}
        onChange={(next) => onChange({ eventTypes: next })}
      />
      <FilterField
        value={filter}
        eventTypes={eventTypes}
        error={errorOf('filter')}
        onChange={(next) => onChange({ filter: next })}
      />
    </>
  );
}

function findMissing({ name, eventTypes }: CommonFields): Partial<Record<keyof CommonFields, string>> {
  return {
    ...(name.trim() === '' && { name: 'Give it a name' }),
    ...(eventTypes.length === 0 && { eventTypes: 'Choose at least one event type' }),
  };
}

interface NameFieldProps {
  value: string;
  placeholder: string;
  error: string | undefined;
  onChange: (name: string) => void;
}

function NameField({ value, placeholder, error, onChange }: NameFieldProps) {
  return (
    <TextInput
      label="Name"
      description="How it is called in lists"
      placeholder={placeholder}
      required
      maxLength={200}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface RateLimitFieldProps {
  value: number | null;
  hint: string;
  error: string | undefined;
  onChange: (rateLimit: number | null) => void;
}

function RateLimitField({ value, hint, error, onChange }: RateLimitFieldProps) {
  return (
    <NumberInput
      label="Rate limit"
      description={hint}
      placeholder="No limit"
      min={0.1}
      max={10_000}
      styles={{ wrapper: { maxWidth: 220 } }}
      value={value ?? ''}
      error={error}
      onChange={(next) => onChange(typeof next === 'number' ? next : null)}
    />
  );
}
