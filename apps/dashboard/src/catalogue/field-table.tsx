import { Box, Text } from '@mantine/core';
import type { EventType } from '../api/types.ts';

/** The fields of an event type's `data`. */
export function FieldTable({ fields }: { fields: EventType['fields'] }) {
  if (fields.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Its data have no fields.
      </Text>
    );
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Fields of data">
      <table className="hub-table" style={{ minWidth: 520 }}>
        <thead>
          <tr>
            <th scope="col">Field of data</th>
            <th scope="col">Type</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ path, type, doc, isOptional }) => (
            <tr key={path}>
              <td className="hub-mono">{path}</td>
              <td>
                {type}
                {isOptional && (
                  <Text span size="xs" c="dimmed">
                    {' '}
                    optional
                  </Text>
                )}
              </td>
              <td>{doc}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Box>
  );
}
