import { SegmentedControl } from '@mantine/core';
import { KindLabel } from './kind-label.tsx';
import { KINDS, type Kind } from './kinds.ts';

/** Chooses what kind of destination is to be created. */
export function KindPicker({ value, onChange }: { value: Kind; onChange: (kind: Kind) => void }) {
  return (
    <SegmentedControl
      aria-label="Kind"
      mb="md"
      value={value}
      onChange={onChange}
      data={(Object.keys(KINDS) as Kind[]).map((kind) => ({
        value: kind,
        label: <KindLabel kind={kind} />,
      }))}
    />
  );
}
