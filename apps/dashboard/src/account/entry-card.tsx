import { Box, Center, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

/** A page before anybody is signed in. */
export function EntryCard({
  title,
  lead,
  children,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Ttoolab Hub`;
  }, [title]);
  return (
    <Center mih="100vh" p="md" className="hub-sunken" component="main" id="main">
      <Box w="100%" maw={400}>
        <Text fw={600} ta="center" mb="lg">
          Ttoolab Hub
        </Text>
        <Box className="hub-card" p="xl">
          <Stack gap="md">
            <Box>
              <Title order={1}>{title}</Title>
              {lead && (
                <Text component="div" size="sm" c="dimmed" mt={4}>
                  {lead}
                </Text>
              )}
            </Box>
            {children}
          </Stack>
        </Box>
      </Box>
    </Center>
  );
}
