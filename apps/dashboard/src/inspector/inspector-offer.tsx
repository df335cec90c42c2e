import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { inspectorQuery } from '../api/queries.ts';
import { useInspector } from './use-inspector.ts';

/** Offers the built-in inspector as destination. */
export function InspectorOffer({ projectId, onUse }: { projectId: string; onUse: (url: string) => void }) {
  const { data } = useQuery(inspectorQuery(projectId));
  const { open } = useInspector(projectId);
  if (!data?.isEnabled) return null;
  const use = async () => {
    const { url } = await open.mutateAsync();
    if (url !== null) onUse(url);
  };
  return (
    <Text size="sm" c="dimmed" mt={-8}>
      No server at hand?{' '}
      <Button
        variant="transparent"
        size="compact-sm"
        p={0}
        loading={open.isPending}
        onClick={() => void use()}
      >
        Use the built-in inspector
      </Button>
    </Text>
  );
}
