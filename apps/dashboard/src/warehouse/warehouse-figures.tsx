import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Warehouse } from '../api/types.ts';
import { Badge } from '../ui/badge.tsx';
import { formatCount } from '../ui/format-number.ts';
import { formatDuration } from '../ui/format-time.ts';
import { RelativeTime } from '../ui/relative-time.tsx';
import { useNow } from '../ui/use-now.ts';
import { averageOf, describeSink, type Sink } from './describe-sink.ts';

const TARGETS = { duckdb: 'DuckDB and Parquet files', postgres: 'PostgreSQL' } as const;

/** How the sink stands, in a row. */
export function WarehouseFigures({ warehouse, sink }: { warehouse: Warehouse; sink: Sink }) {
  const { rows, countedAt, trend } = warehouse;
  const { tone, label, meaning } = describeSink(sink);
  const { responses, score } = averageOf(trend);
  return (
    <Box className="hub-card hub-stats" component="dl" m={0} mb="xl">
      <Figure label="State" note={meaning}>
        <Badge tone={tone}>{label}</Badge>
      </Figure>
      <Figure
        label="Rows"
        note={
          countedAt === null ? (
            'not counted yet'
          ) : (
            <>
              counted <RelativeTime at={countedAt} />
            </>
          )
        }
      >
        {formatCount(rows)}
      </Figure>
      <Figure label="Behind" note={sink.behindSince === null ? 'all is written' : 'events wait'}>
        <Lag since={sink.behindSince} />
      </Figure>
      <Figure label="Average score" note={`${formatCount(responses)} answers in 90 days`}>
        {score === null ? '–' : score.toFixed(1)}
      </Figure>
      <Figure label="Kept in" note={TARGETS[sink.target]}>
        {sink.target === 'duckdb' ? 'DuckDB' : 'PostgreSQL'}
      </Figure>
    </Box>
  );
}

function Figure({ label, note, children }: { label: string; note: ReactNode; children: ReactNode }) {
  return (
    <Box className="hub-stat">
      <Text component="dt" size="xs" c="dimmed">
        {label}
      </Text>
      <Box component="dd" m={0}>
        <Text component="div" size="xl" fw={600} lh="28px" className="hub-number">
          {children}
        </Text>
        <Text component="div" size="xs" c="dimmed" mih={18}>
          {note}
        </Text>
      </Box>
    </Box>
  );
}

function Lag({ since }: { since: string | null }) {
  const now = useNow();
  return <>{since === null ? 'nothing' : formatDuration(Math.max(0, now - Date.parse(since)))}</>;
}
