interface SparklineProps {
  hours: readonly { delivered: number; failed: number }[];
}

const WIDTH = 96;
const HEIGHT = 22;

/** Attempts of the last 24 hours as small bars: what was delivered, and what failed on top of it. */
export function Sparkline({ hours }: SparklineProps) {
  const most = Math.max(1, ...hours.map(({ delivered, failed }) => delivered + failed));
  const step = WIDTH / hours.length;
  const scale = (count: number) => (count === 0 ? 0 : Math.max(1.5, (count / most) * (HEIGHT - 2)));
  const delivered = hours.reduce((sum, hour) => sum + hour.delivered, 0);
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={`Last 24 hours: ${delivered} delivered, ${failed} failed`}
      style={{ display: 'block' }}
    >
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--hub-border)" />
      {hours.map((hour, index) => {
        const good = scale(hour.delivered);
        const bad = scale(hour.failed);
        const x = index * step + 0.5;
        return (
          // Hours have no identity but their place.
          <g key={x}>
            <rect x={x} width={step - 1} y={HEIGHT - good} height={good} fill="var(--hub-chart-good)" />
            <rect x={x} width={step - 1} y={HEIGHT - good - bad} height={bad} fill="var(--hub-chart-bad)" />
          </g>
        );
      })}
    </svg>
  );
}
