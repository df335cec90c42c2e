/** Something the person at the terminal can put right: one line that says what to do, printed without a stack trace. */
export class StackError extends Error {
  override readonly name = 'StackError';
}

/** How every refusal to start ends. */
export const OTHER_WAY = 'or use `docker compose up` instead';

/** The one line for an error of the file system or of a program; others are thrown on as they are. */
export function explain(error: unknown): unknown {
  if (error instanceof StackError || !(error instanceof Error)) return error;
  if (error.message.includes('ENOSPC') || /no space left/i.test(error.message)) return diskFull();
  if ('code' in error && (error.code === 'EACCES' || error.code === 'EROFS'))
    return new StackError(`${error.message}: make the folder writable, ${OTHER_WAY}.`, { cause: error });
  return error;
}

/** The line for a full disk. */
export function diskFull(detail = 'The disk is full'): StackError {
  return new StackError(
    `${detail}: free at least 1 GB (the embedded stack keeps its data in .hub), ${OTHER_WAY}.`,
  );
}
