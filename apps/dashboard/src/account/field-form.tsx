import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { ApiProblem } from '../api/client.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** A field of a short form. */
export interface Field<Name extends string> {
  name: Name;
  label: string;
  kind?: 'text' | 'email' | 'password';
  description?: string;
  autoComplete?: string;
  initial?: string;
}

interface FieldFormProps<Name extends string> {
  fields: readonly Field<Name>[];
  action: string;
  isBusy: boolean;
  error: Error | null;
  onSubmit: (values: Record<Name, string>) => void;
  /** Stands below the button. */
  children?: ReactNode;
  /** Stands beside it. Where it is given, the button is as wide as its words. */
  beside?: ReactNode;
}

/** A short form; what the API refuses stands at the field that it names. */
export function FieldForm<Name extends string>(props: FieldFormProps<Name>) {
  const { fields, action, isBusy, error, onSubmit, children, beside } = props;
  const [values, setValues] = useState(
    () => Object.fromEntries(fields.map(({ name, initial = '' }) => [name, initial])) as Record<Name, string>,
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit(values);
      }}
    >
      <Stack gap="sm">
        {fields.map((field) => (
          <FormField
            key={field.name}
            field={field}
            value={values[field.name]}
            error={ruleOf(error, field.name)}
            onChange={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        {error && <ProblemAlert error={error} />}
        {beside === undefined ? (
          <Button type="submit" loading={isBusy} mt={4}>
            {action}
          </Button>
        ) : (
          <Group gap="sm" mt={4}>
            <Button type="submit" loading={isBusy}>
              {action}
            </Button>
            {beside}
          </Group>
        )}
        {children}
      </Stack>
    </form>
  );
}

function ruleOf(error: Error | null, name: string): string | undefined {
  return error instanceof ApiProblem ? error.errors.find(({ field }) => field === name)?.rule : undefined;
}

interface FormFieldProps {
  field: Field<string>;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function FormField({ field, value, error, onChange }: FormFieldProps) {
  const { label, kind = 'text', description, autoComplete } = field;
  const common = { label, description, autoComplete, value, error, required: true, withAsterisk: false };
  if (kind === 'password')
    return (
      <PasswordInput
        {...common}
        visibilityToggleButtonProps={{ 'aria-label': `Show ${label.toLowerCase()}`, tabIndex: 0 }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  return <TextInput {...common} type={kind} onChange={(event) => onChange(event.currentTarget.value)} />;
}
