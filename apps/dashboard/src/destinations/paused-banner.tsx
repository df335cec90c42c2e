import { Box, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlayerPause } from '@tabler/icons-react';
import { deliveriesQuery } from '../api/queries.ts';
import { useMay } from '../access/use-may.ts';
import type { Destination } from '../api/types.ts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useDisclosure } from '@mantine/hooks';
import { EnableDialog } from '../replays/enable-dialog.tsx';
import { heldQuery } from '../replays/replay-queries.ts';
import { formatCount } from '../ui/format-number.ts';
import { TextLink } from '../ui/links.tsx';
import { ProblemAlert } from '../ui/problem-alert.tsx';
import { RelativeTime } from '../ui/relative-time.tsx';
import { HttpStatusBadge } from '../ui/status-badge.tsx';
import { explainPause } from './explain-pause.ts';
import { KINDS } from './kinds.ts';
import { useDestinationActions } from './use-destination-actions.ts';

const SHOWN_RESPONSES = 3;
const HOLDS = 'New events are held until it is enabled again.';

interface PausedBannerProps {
  projectId: string;
  destination: Pick<Destination, 'id' | 'kind' | 'disabledReason' | 'disabledAt'>;
}

/** Why a destination gets nothing, what its endpoint last said, what waits, and the way back. */
export function PausedBanner({ projectId, destination }: PausedBannerProps) {
  const { id, kind } = destination;
  const mayEnable = useMay(projectId)('webhooks:write');
  const isByHand = destination.disabledReason === 'disabled by hand';
  return (
    <Box className="hub-banner" data-tone={isByHand ? 'info' : 'bad'} mb="lg" role="status">
      <Group justify="space-between" align="flex-start" gap="md">
        <Group gap="sm" align="flex-start" wrap="nowrap" flex="1 1 320px">
          <IconPlayerPause size={18} aria-hidden style={{ flexShrink: 0, marginTop: 2 }} />
          <Box>
            <Text fw={600} size="sm">
              {`This ${KINDS[kind].noun} ${isByHand ? 'is disabled' : 'was paused automatically'}`}
            </Text>
            <Text size="sm" component="div">
              {explainPause(destination.disabledReason)}
              {destination.disabledAt && (
                <>
                  , <RelativeTime at={destination.disabledAt} />
                </>
              )}
              . {kind === 'webhook' ? <Held projectId={projectId} webhookId={id} /> : HOLDS}
            </Text>
            {!isByHand && <LastResponses projectId={projectId} destinationId={id} />}
          </Box>
        </Group>
        {mayEnable && <Enable projectId={projectId} id={id} kind={kind} />}
      </Group>
    </Box>
  );
}

function Enable({ projectId, id, kind }: { projectId: string } & Pick<Destination, 'id' | 'kind'>) {
  const { enable } = useDestinationActions(projectId, id);
  const isWebhook = kind === 'webhook';
  const { data: held, isPending } = useQuery({ ...heldQuery(projectId, id), enabled: isWebhook });
  const [isOpen, { open, close }] = useDisclosure(false);
  const count = held?.count ?? 0;
  return (
    <Box>
      <Button
        onClick={count > 0 ? open : () => enable.mutate()}
        // Before the count is there, nobody could be asked.
        loading={enable.isPending || (isWebhook && isPending)}
      >
        Re-enable
      </Button>
      {enable.error && <ProblemAlert error={enable.error} />}
      <EnableDialog projectId={projectId} webhookId={id} held={count} isOpen={isOpen} onClose={close} />
    </Box>
  );
}

function Held({ projectId, webhookId }: { projectId: string; webhookId: string }) {
  const { data } = useQuery(heldQuery(projectId, webhookId));
  if (!data || data.count === 0) return HOLDS;
  return (
    <>
      <TextLink
        to="/projects/$projectId/webhooks/$webhookId"
        params={{ projectId, webhookId }}
        search={{ status: 'held' }}
        size="sm"
      >
        {formatCount(data.count)} {data.count === 1 ? 'delivery is' : 'deliveries are'} held
      </TextLink>
      ; you choose what becomes of them when you enable it.
    </>
  );
}

function LastResponses({ projectId, destinationId }: { projectId: string; destinationId: string }) {
  const { data } = useInfiniteQuery(deliveriesQuery(projectId, {}, destinationId));
  const tried = (data?.pages[0]?.items ?? [])
    .filter(({ attempts }) => attempts > 0)
    .slice(0, SHOWN_RESPONSES);
  if (tried.length === 0) return null;
  return (
    <Group gap="xs" mt={8}>
      <Text size="sm">Last answers:</Text>
      {tried.map(({ id, lastStatus, lastError }) => (
        <TextLink
          key={id}
          to="/projects/$projectId/deliveries/$deliveryId"
          params={{ projectId, deliveryId: id }}
          underline="never"
        >
          <HttpStatusBadge status={lastStatus} error={lastError} />
        </TextLink>
      ))}
    </Group>
  );
}
