/** What the demo asks the API of the warehouse. */
export interface WarehouseAnswer {
  sink: {
    isRunning: boolean;
    isHealthy: boolean;
    behindSince: string | null;
    lastError: string | null;
  } | null;
  rows: number;
  trend: { day: string; responses: number; averageScore: number }[];
}

const DAYS = 7;
const TIMEOUT_MS = 5_000;
const BARS = '▁▂▃▄▅▆▇█';
/** Scores of the simulated surveys. */
const [LOWEST, HIGHEST] = [1, 7];

/** Asks for the warehouse of the sample project; undefined while there is no answer. */
export async function askWarehouse(
  url: string,
  { projectId, apiKey }: { projectId: string; apiKey: string },
): Promise<WarehouseAnswer | undefined> {
  try {
    const response = await fetch(`${url}/v1/projects/${projectId}/warehouse`, {
      headers: { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? ((await response.json()) as WarehouseAnswer) : undefined;
  } catch {
    // The hub is stopping, or its database is away; the feed tells of that.
    return undefined;
  }
}

/** How the warehouse stands, as one line; undefined while it has nothing. */
export function warehouseLine(answer: WarehouseAnswer | undefined): string | undefined {
  if (answer === undefined || answer.rows === 0) return undefined;
  const { sink, rows, trend } = answer;
  const recent = trend.slice(-DAYS);
  const bars = recent.map(({ averageScore }) => barOf(averageScore)).join('');
  const last = recent.at(-1);
  const ces =
    last === undefined
      ? ''
      : ` · CES ${bars} ${last.averageScore.toFixed(2)} of 7 on ${last.day} (${last.responses} answers)`;
  const trouble = sink?.isHealthy === false && sink.lastError !== null ? ` · WAITING: ${sink.lastError}` : '';
  return `── warehouse: ${rows} ${rows === 1 ? 'row' : 'rows'}${ces}${trouble} ──`;
}

function barOf(score: number): string {
  const share = (score - LOWEST) / (HIGHEST - LOWEST);
  return BARS[Math.min(BARS.length - 1, Math.max(0, Math.floor(share * BARS.length)))] ?? '';
}
