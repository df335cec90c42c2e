import { Center, Stack, Text, Title } from '@mantine/core';
import { ButtonLink } from './links.tsx';

/** For an address that leads nowhere. */
export function NotFoundPage() {
  return (
    <Center mih="60vh" component="main" id="main">
      <Stack align="center" gap="xs" p="md">
        <Title order={1}>There is nothing here</Title>
        <Text c="dimmed" ta="center">
          The address may be mistyped, or what it led to was deleted or belongs to a project that you are not
          a member of.
        </Text>
        <ButtonLink to="/" mt="sm" variant="default">
          To the start
        </ButtonLink>
      </Stack>
    </Center>
  );
}
