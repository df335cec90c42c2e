/** A service that publishes over HTTP: one event or a batch a request, over kept-alive connections. */
import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { serve } from './child/serve.ts';
import { publishAll, type Load } from './publish-all.ts';
import { sampleJson, type Mark } from './sample-event.ts';

interface Target {
  origin: string;
  key: string;
  connections: number;
  /** Gives each event an id, as a service does that may repeat its requests. */
  hasIds: boolean;
}

let pool: Pool | undefined;
let target: Target | undefined;

serve<{ target: Target; publish: Load }>({
  target: (given) => {
    target = given;
    pool = new Pool(given.origin, { connections: given.connections, pipelining: 1 });
  },
  publish: (load) => publishAll(load, load.batch === undefined ? ([mark]) => postOne(mark) : postBatch),
});

async function postOne(mark: Mark | undefined): Promise<void> {
  if (mark === undefined) return;
  await post('/v1/events', toJson(mark));
}

async function postBatch(marks: Mark[]): Promise<void> {
  await post('/v1/events/batch', `{"events":[${marks.map(toJson).join(',')}]}`);
}

function toJson(mark: Mark): string {
  const json = sampleJson(mark);
  return target?.hasIds === true ? `{"id":"${randomUUID()}",${json.slice(1)}` : json;
}

async function post(path: string, body: string): Promise<void> {
  if (pool === undefined || target === undefined) throw new Error('There is no target yet');
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${target.key}` };
  const response = await pool.request({ path, method: 'POST', headers, body });
  if (response.statusCode === 202) return response.body.dump();
  throw new Error(`The hub answered ${response.statusCode}: ${await response.body.text()}`);
}
