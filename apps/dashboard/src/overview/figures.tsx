import { Box, Skeleton, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Statistics } from '../api/types.ts';
import { formatCount, formatRate } from '../ui/format-number.ts';
import { formatDuration } from '../ui/format-time.ts';
import { useNow } from '../ui/use-now.ts';

/** The numbers of a period in a row, and what waits now. */
export function Figures({
  statistics,
  withEvents = false,
}: {
  statistics: Statistics | undefined;
  withEvents?: boolean;
}) {
  const figures = statistics === undefined ? [] : figuresOf(statistics);
  const labels = withEvents ? LABELS : LABELS.slice(1);
  return (
    <Box className="hub-card hub-stats" component="dl" m={0}>
      {labels.map((label) => {
        const figure = figures.find((each) => each.label === label);
        return <Figure key={label} label={label} value={figure?.value} note={figure?.note} />;
      })}
    </Box>
  );
}

const LABELS = ['Events', 'Deliveries', 'Success rate', 'Response time', 'Backlog'] as const;

interface FigureText {
  label: (typeof LABELS)[number];
  value: string;
  note?: ReactNode;
}

function figuresOf({ total, backlog }: Statistics): FigureText[] {
  const { latency } = total;
  const attempts = total.delivered + total.failed;
  return [
    { label: 'Events', value: formatCount(total.events) },
    { label: 'Deliveries', value: formatCount(total.deliveries) },
    {
      label: 'Success rate',
      value: formatRate(total.delivered, attempts),
      note: `${formatCount(total.failed)} failed attempts`,
    },
    {
      label: 'Response time',
      value: latency ? formatDuration(latency.p50) : '–',
      note: latency && `p95 ${formatDuration(latency.p95)} · p99 ${formatDuration(latency.p99)}`,
    },
    {
      label: 'Backlog',
      value: `${formatCount(backlog.waiting)}${backlog.isCapped ? '+' : ''}`,
      note: <BacklogAge oldestAt={backlog.oldestAt} />,
    },
  ];
}

function Figure({ label, value, note }: { label: string; value: ReactNode; note?: ReactNode }) {
  return (
    <Box className="hub-stat">
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Box component="dd" m={0}>
        {value === undefined ? (
          <Skeleton h={20} w={70} my={4} />
        ) : (
          <Text size="xl" fw={600} lh="28px" className="hub-number">
            {value}
          </Text>
        )}
        <Text component="div" size="xs" c="dimmed" className="hub-number" mih={18}>
          {note}
        </Text>
      </Box>
    </Box>
  );
}

function BacklogAge({ oldestAt }: { oldestAt: string | null }) {
  const now = useNow();
  if (oldestAt === null) return <>nothing waits</>;
  return <>oldest {formatDuration(Math.max(0, now - Date.parse(oldestAt)))}</>;
}
