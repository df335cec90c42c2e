import { Box } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Project } from '../api/types.ts';
import { IdText } from '../ui/id-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';

/** A row a project. */
export function ProjectTable({ projects }: { projects: readonly Project[] }) {
  return (
    <Box className="hub-card hub-table-scroll" tabIndex={0} role="region" aria-label="Projects" mb="xl">
      <table className="hub-table" style={{ minWidth: 560 }}>
        <thead>
          <tr>
            <th scope="col">Project</th>
            <th scope="col" className="hub-wide">
              Id
            </th>
            <th scope="col">Created</th>
          </tr>
        </thead>
        <tbody>
          {projects.map(({ id, name, createdAt }) => (
            <tr key={id}>
              <td>
                <Link className="hub-row-link" to="/projects/$projectId" params={{ projectId: id }}>
                  {name}
                </Link>
              </td>
              <td className="hub-wide">
                <IdText id={id} label={`Copy id of ${name}`} />
              </td>
              <td>
                <RelativeTime at={createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Box>
  );
}
