import { SegmentedControl } from '@mantine/core';
import { PERIODS, type Period } from './period.ts';

/** Chooses how far back charts look. */
export function PeriodPicker({ value, onChange }: { value: Period; onChange: (period: Period) => void }) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Period"
      value={value}
      onChange={(next) => onChange(next as Period)}
      data={(Object.keys(PERIODS) as Period[]).map((period) => ({ value: period, label: period }))}
    />
  );
}
