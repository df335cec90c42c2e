import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A request as a recipe is given it; names of headers in any case. */
export interface Signed {
  headers: Record<string, string>;
  body: string;
}

const doc = readFileSync(new URL('../../docs/receiving-webhooks.md', import.meta.url), 'utf8');

/** What the Node recipe of docs/receiving-webhooks.md says of each request. */
export async function judgeInNode(requests: readonly Signed[], secret: string): Promise<boolean[]> {
  const source = `data:text/javascript;base64,${Buffer.from(snippet('js')).toString('base64')}`;
  const recipe = (await import(/* @vite-ignore */ source)) as {
    isGenuine: (headers: object, body: Buffer, secret: string) => boolean;
  };
  return requests.map(({ headers, body }) =>
    recipe.isGenuine(lowerCased(headers), Buffer.from(body), secret),
  );
}

/** What the Python recipe of docs/receiving-webhooks.md says of each request. */
export function judgeInPython(requests: readonly Signed[], secret: string): boolean[] {
  // Headers as Python's HTTP servers give them: names in whatever case.
  const ask = `
import json, sys
from email.message import Message
def headers_of(named):
    message = Message()
    for name, value in named.items():
        message[name] = value
    return message
requests, secret = json.load(sys.stdin)
print(json.dumps([is_genuine(headers_of(each["headers"]), each["body"].encode(), secret) for each in requests]))
`;
  const ran = spawnSync('python3', ['-c', snippet('python') + ask], {
    input: JSON.stringify([requests, secret]),
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (ran.stderr !== '') throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as boolean[];
}

function snippet(language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(doc)?.[1];
  if (found === undefined) throw new Error(`docs/receiving-webhooks.md has no ${language} snippet`);
  return found;
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
