import { HubError, describeError } from '#errors';

// Classes of SQLSTATE that speak of a value: data exceptions, constraints, and what is too deep to be read.
const VALUE_CLASSES = new Set(['22', '23', '54']);

/** What a failing PostgreSQL means for the sink: wait, mend a table, or put a record away. */
export function explainFailure(error: unknown): HubError {
  if (!(error instanceof HubError)) return unavailable(error);
  if (error.code.startsWith('HUB_WAREHOUSE_')) return error;
  if (error.code !== 'HUB_DATABASE_REFUSED') return unavailable(error);
  const { sqlState = '' } = error.context as { sqlState?: string };
  const reason = describeError(error.cause);
  return VALUE_CLASSES.has(sqlState.slice(0, 2))
    ? new HubError('HUB_WAREHOUSE_REFUSED', `the warehouse refused a value: ${reason}`, {
        sqlState,
        cause: error,
      })
    : new HubError('HUB_WAREHOUSE_MISMATCHED', `the warehouse refused a statement: ${reason}`, {
        sqlState,
        cause: error,
      });
}

function unavailable(cause: unknown): HubError {
  return new HubError('HUB_WAREHOUSE_UNAVAILABLE', 'the warehouse is not available', { cause });
}
