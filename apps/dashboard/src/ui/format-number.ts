const whole = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `1,234`. */
export const formatCount = (count: number) => whole.format(count);

/** `1.2K`, for axes. */
export const formatCompact = (count: number) => compact.format(count);

/** `99.9%`, never rounded up to 100; `–` where nothing was tried. */
export function formatRate(good: number, all: number): string {
  if (all === 0) return '–';
  const percent = Math.floor((good / all) * 1_000) / 10;
  return `${percent % 1 === 0 ? percent.toFixed(0) : percent.toFixed(1)}%`;
}
