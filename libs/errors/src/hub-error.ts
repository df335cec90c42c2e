import type { ErrorCode } from './codes.ts';

/** The one class for failures nobody expects. Expected ones are values, never thrown. */
export class HubError extends Error {
  readonly code: ErrorCode;
  /** Ids and figures that help to find the cause; never a payload, never a secret. */
  readonly context: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; [key: string]: unknown } = {}) {
    const { cause, ...context } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HubError';
    this.code = code;
    this.context = context;
  }
}
