import { Button, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { projectsQuery } from '../api/session.ts';
import { membersQuery } from '../api/tenant-queries.ts';
import { TimeFilter } from '../ui/time-filter.tsx';
import { withoutBlanks } from '../ui/without-blanks.ts';
import type { AuditFilters } from './audit-filters.ts';
import { ACTIONS } from './describe-action.ts';

interface AuditFilterBarProps {
  tenantId: string;
  filters: AuditFilters;
  onFilters: (filters: AuditFilters) => void;
}

/** Filters that are kept in the address, so that a link shows the same list. */
export function AuditFilterBar({ tenantId, filters, onFilters }: AuditFilterBarProps) {
  const { data: members } = useQuery(membersQuery(tenantId));
  const { data: projects } = useQuery(projectsQuery(tenantId));
  const change = (next: { [Name in keyof AuditFilters]: string | undefined }) =>
    onFilters(withoutBlanks({ ...filters, ...next }));
  const people = (members?.items ?? []).map(({ userId, name }) => ({ value: userId, label: name }));
  const places = (projects ?? []).map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Group gap="xs" role="search" aria-label="Filter the audit log">
      <Choice
        label="Action"
        options={withUnknown(ACTIONS, filters.action)}
        value={filters.action}
        onChange={(action) => change({ action })}
      />
      <Choice
        label="Who"
        options={withUnknown(people, filters.actorId)}
        value={filters.actorId}
        onChange={(actorId) => change({ actorId })}
      />
      <Choice
        label="Project"
        options={withUnknown(places, filters.projectId)}
        value={filters.projectId}
        onChange={(projectId) => change({ projectId })}
      />
      <TimeFilter value={filters} onChange={change} />
      {Object.keys(filters).length > 0 && (
        <Button size="xs" variant="subtle" color="gray" onClick={() => onFilters({})}>
          Clear
        </Button>
      )}
    </Group>
  );
}

interface Option {
  value: string;
  label: string;
}

interface ChoiceProps {
  label: string;
  options: readonly Option[];
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

function Choice({ label, options, value, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      placeholder={label}
      size="xs"
      w={200}
      clearable
      searchable
      data={options}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  );
}

/** A link may name what no list has, such as an API key or somebody who left. */
function withUnknown(options: readonly Option[], value: string | undefined): readonly Option[] {
  if (value === undefined || options.some((option) => option.value === value)) return options;
  return [...options, { value, label: value }];
}
