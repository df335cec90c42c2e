import { Tooltip } from '@mantine/core';
import { formatExact, formatRelative } from './format-time.ts';
import { useNow } from './use-now.ts';

/** A time as people say it; the exact one on hover and focus. */
export function RelativeTime({ at }: { at: string | number }) {
  const now = useNow();
  return (
    <Tooltip label={formatExact(at)}>
      <time className="hub-number hub-above" dateTime={new Date(at).toISOString()}>
        {formatRelative(new Date(at).getTime(), now)}
      </time>
    </Tooltip>
  );
}
