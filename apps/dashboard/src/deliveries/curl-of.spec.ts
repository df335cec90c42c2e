import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { curlOf } from './curl-of.ts';

/** What a shell makes of the words of a command. */
function wordsOf(command: string): string[] {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`;
  return execFileSync('sh', ['-c', script]).toString().split('\0').slice(0, -1);
}

describe('curlOf', () => {
  it('keeps every character of URL, headers and body', () => {
    const body = `{"a":"it's $HOME \`id\` \\\\ \\n 'quoted'"}`;
    const command = curlOf(
      {
        url: "https://example.com/?q=$(id)&x='",
        requestHeaders: { Host: 'example.com', 'X-Test': "a'b; rm -rf" },
      },
      body,
    );
    expect(wordsOf(command)).toEqual([
      ...['-i', '-X', 'POST', "https://example.com/?q=$(id)&x='"],
      ...['-H', "X-Test: a'b; rm -rf", '--data-raw', body],
    ]);
  });
});
