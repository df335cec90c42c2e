import { Container } from '@mantine/core';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { ProblemAlert } from './problem-alert.tsx';

/** For a page that could not be shown at all, such as one whose code a new release has replaced. */
export function RouteError({ error }: ErrorComponentProps) {
  const own = error instanceof Error ? error : new Error(String(error));
  const isOutdated = /dynamically imported module|module script/i.test(own.message);
  const shown = isOutdated ? new Error('The dashboard was updated. Reload the page to go on.') : own;
  return (
    <Container component="main" id="main" py="xl">
      <ProblemAlert error={shown} onRetry={() => location.reload()} />
    </Container>
  );
}
