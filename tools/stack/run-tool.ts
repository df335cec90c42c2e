import { explain, StackError } from './stack-error.ts';

/**
 * Runs the main function of a command line tool and exits with its code. `stopRequested` resolves at the first Ctrl-C or
 * SIGTERM once `work` listens to it; before that, and at the second one, the process ends at once, and its children
 * with it. A StackError is one line and code 1.
 */
export async function runTool(work: (tool: Tool) => Promise<number>): Promise<never> {
  let isListening = false;
  let request: () => void = () => {};
  const requested = new Promise<void>((resolve) => (request = resolve));
  const stop = (code: number) => {
    if (!isListening) process.exit(code);
    isListening = false;
    request();
  };
  process.on('SIGINT', () => stop(130));
  process.on('SIGTERM', () => stop(143));
  process.on('SIGHUP', () => stop(129));
  const waitForStop = () => {
    isListening = true;
    return requested;
  };
  try {
    process.exit(await work({ log: (line) => console.log(line), waitForStop }));
  } catch (error) {
    const explained = explain(error);
    console.error(explained instanceof StackError ? explained.message : explained);
    process.exit(1);
  }
}

/** What a tool is given. */
export interface Tool {
  log(line: string): void;
  waitForStop(): Promise<void>;
}
