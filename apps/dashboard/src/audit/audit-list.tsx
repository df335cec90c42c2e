import { Box, Group, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronRight } from '@tabler/icons-react';
import type { AuditEntry } from '../api/types.ts';
import { describeBrowser } from '../profile/describe-browser.ts';
import { Facts } from '../ui/facts.tsx';
import { formatExact } from '../ui/format-time.ts';
import { IdText } from '../ui/id-text.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { ChangeTable } from './change-table.tsx';
import { describeAction } from './describe-action.ts';

/** An entry a line; more of it when opened. */
export function AuditList({ entries }: { entries: readonly AuditEntry[] }) {
  return (
    <Box className="hub-card">
      {entries.map((entry) => (
        <AuditItem key={entry.id} entry={entry} />
      ))}
    </Box>
  );
}

function AuditItem({ entry }: { entry: AuditEntry }) {
  const [isOpen, { toggle }] = useDisclosure(false);
  const { at, action, actor, object } = entry;
  return (
    <Box className="hub-request">
      <UnstyledButton onClick={toggle} aria-expanded={isOpen} w="100%" px="md" py={9}>
        <Group justify="space-between" wrap="nowrap">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <b>{nameOf(actor)}</b> {describeAction(action)}
            {object.kind !== 'person' && object.name !== null && (
              <>
                {' '}
                <b>{object.name}</b>
              </>
            )}
          </Text>
          <Group gap="sm" wrap="nowrap" style={{ flexShrink: 0 }}>
            <Text span size="xs" c="dimmed">
              <RelativeTime at={at} />
            </Text>
            <IconChevronRight
              size={16}
              style={{ transform: isOpen ? 'rotate(90deg)' : 'none' }}
              aria-hidden
            />
          </Group>
        </Group>
      </UnstyledButton>
      {isOpen && <Details entry={entry} />}
    </Box>
  );
}

function Details({ entry }: { entry: AuditEntry }) {
  const { at, action, actor, object, ipAddress, userAgent, before, after } = entry;
  return (
    <Box px="md" pb="md">
      <Facts
        facts={[
          ['When', formatExact(at)],
          ['Action', <code key="action">{action}</code>],
          ['Who', `${nameOf(actor)}${actor.kind === 'api-key' ? ' (API key)' : ''}`],
          ['From', ipAddress === null ? undefined : `${ipAddress}, ${describeBrowser(userAgent)}`],
          ['Object', <IdText key="object" id={object.id} label="Copy id of the object" />],
        ]}
      />
      <ChangeTable before={before} after={after} />
    </Box>
  );
}

function nameOf({ kind, name }: AuditEntry['actor']): string {
  if (kind === 'hub') return 'The hub';
  if (kind === 'operator') return 'An operator';
  return name ?? 'Somebody';
}
