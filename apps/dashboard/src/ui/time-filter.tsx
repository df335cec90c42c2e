import { Select } from '@mantine/core';
import { formatExact } from './format-time.ts';

interface Range {
  from?: string | undefined;
  to?: string | undefined;
}

const MINUTE_MS = 60_000;
const CHOICES = [
  { value: '15', label: 'Last 15 minutes' },
  { value: '60', label: 'Last hour' },
  { value: '1440', label: 'Last 24 hours' },
  { value: '10080', label: 'Last 7 days' },
  { value: '43200', label: 'Last 30 days' },
];

/** Narrows a list to the last while. The address keeps the very moment, so that a link shows the same tomorrow. */
export function TimeFilter({ value, onChange }: { value: Range; onChange: (range: Range) => void }) {
  const kept = value.from && { value: 'kept', label: `Since ${formatExact(value.from)}` };
  return (
    <Select
      aria-label="Time"
      placeholder="Any time"
      size="xs"
      w={kept ? 260 : 150}
      clearable
      data={[...(kept ? [kept] : []), ...CHOICES]}
      value={kept ? 'kept' : null}
      onChange={(choice) => {
        if (choice === 'kept') return;
        const from =
          choice === null ? undefined : new Date(Date.now() - Number(choice) * MINUTE_MS).toISOString();
        onChange({ from, to: undefined });
      }}
    />
  );
}
