import { Button, Group, Modal, Stack, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconRefresh } from '@tabler/icons-react';
import { answerOf, api } from '../api/client.ts';
import { useMay } from '../access/use-may.ts';
import type { DeliveryDetail } from '../api/types.ts';
import { ProblemAlert } from '../ui/problem-alert.tsx';

/** Sends a delivery once more; asks first, since its receiver may have had it already. */
export function Redeliver({ projectId, delivery }: { projectId: string; delivery: DeliveryDetail }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const redeliver = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/v1/projects/{projectId}/deliveries/{deliveryId}/redeliver', {
          params: { path: { projectId, deliveryId: delivery.id } },
        }),
      ),
    onSuccess: () => {
      close();
      return queries.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
  const may = useMay(projectId);
  const refusal = may('deliveries:write') ? refusalOf(delivery) : 'Your role does not allow it';
  return (
    <>
      <Tooltip label={refusal} disabled={refusal === null}>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={open}
          disabled={refusal !== null}
        >
          Redeliver
        </Button>
      </Tooltip>
      <Modal opened={isOpen} onClose={close} title="Send this delivery once more?">
        <Stack gap="sm">
          <Text size="sm">
            The same bytes go out again under the same event id, freshly signed. A receiver that has seen this
            id should ignore it.
          </Text>
          {redeliver.error && <ProblemAlert error={redeliver.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button onClick={() => redeliver.mutate()} loading={redeliver.isPending} data-autofocus>
              Redeliver
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function refusalOf({ isTest, status }: DeliveryDetail): string | null {
  if (isTest) return 'Tests are not sent again: send a new one';
  if (status === 'pending' || status === 'retrying') return 'It is still being tried';
  if (status === 'cancelled') return 'Its webhook was deleted';
  return null;
}
