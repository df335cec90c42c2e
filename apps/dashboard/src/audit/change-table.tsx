import { Box, Text } from '@mantine/core';

type Values = Readonly<Record<string, unknown>> | null;

/** The fields that differ, before and after. */
export function ChangeTable({ before, after }: { before: Values; after: Values }) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  if (names.length === 0) return null;
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="What changed">
      <table className="hub-table" style={{ minWidth: 480 }}>
        <thead>
          <tr>
            <th scope="col">Field</th>
            {before && <th scope="col">Before</th>}
            {after && <th scope="col">After</th>}
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <td className="hub-mono">{name}</td>
              {before && <Value value={before[name]} />}
              {after && <Value value={after[name]} />}
            </tr>
          ))}
        </tbody>
      </table>
    </Box>
  );
}

function Value({ value }: { value: unknown }) {
  const isNothing = value === undefined || value === null;
  return (
    <td className="hub-mono" style={{ overflowWrap: 'anywhere' }}>
      {isNothing ? (
        <Text span size="xs" c="dimmed">
          none
        </Text>
      ) : (
        textOf(value)
      )}
    </td>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
