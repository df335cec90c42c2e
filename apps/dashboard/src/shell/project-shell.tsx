import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLive } from '../live/use-live.ts';
import { Frame } from './frame.tsx';
import { rememberProject } from './last-project.ts';
import { ProjectNavigation } from './project-navigation.tsx';
import { ProjectSwitcher } from './project-switcher.tsx';

const route = getRouteApi('/projects/$projectId');

/** Around every page of a project. */
export function ProjectShell() {
  const { projectId } = route.useParams();
  useLive(projectId);
  useEffect(() => rememberProject(projectId), [projectId]);
  return (
    <Frame>
      <ProjectSwitcher projectId={projectId} />
      <ProjectNavigation projectId={projectId} />
    </Frame>
  );
}
