/** A stream of events, as browsers have it. */
interface Stream {
  readyState: number;
  addEventListener: (type: string, listener: (event: MessageEvent<string>) => void) => void;
  close: () => void;
}

/** What following a stream needs of its surroundings. */
export interface FollowOptions {
  open: () => Stream;
  onChanged: (topics: string) => void;
  /** The stream was away: whatever is shown may be old. */
  onBack: () => void;
}

const CLOSED = 2;
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Follows a stream for as long as nobody calls what it returns. A browser comes back by itself when a stream breaks, but gives
 * up for good when the answer is an error, such as 429 when too many pages follow: then it is opened again, ever later.
 */
export function follow({ open, onChanged, onBack }: FollowOptions): () => void {
  let waitMs = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let hasFailed = false;
  let stream = begin();
  return () => {
    clearTimeout(timer);
    stream.close();
  };

  function begin(): Stream {
    const opened = open();
    opened.addEventListener('changed', ({ data }) => onChanged(data));
    opened.addEventListener('open', () => {
      waitMs = FIRST_WAIT_MS;
      if (hasFailed) onBack();
      hasFailed = false;
    });
    opened.addEventListener('error', () => {
      hasFailed = true;
      if (opened.readyState !== CLOSED) return;
      clearTimeout(timer);
      timer = setTimeout(() => (stream = begin()), waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
    });
    return opened;
  }
}
