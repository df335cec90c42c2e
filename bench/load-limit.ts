/** The limit: what a bare loop of signed POSTs reaches on this machine, with no hub between. */
import { signRequest } from '#webhooks';
import { Pool } from 'undici';
import { serve } from './child/serve.ts';
import { publishAll, type Load } from './publish-all.ts';
import { sampleDelivered, SAMPLE_TYPE } from './sample-event.ts';

let pool: Pool | undefined;
let secret = '';

serve<{ target: { origin: string; secret: string; connections: number }; publish: Load }>({
  target: (target) => {
    pool = new Pool(target.origin, { connections: target.connections, pipelining: 1 });
    ({ secret } = target);
  },
  publish: (load) => publishAll(load, ([mark]) => post(mark)),
});

async function post(mark: Parameters<typeof sampleDelivered>[0] | undefined): Promise<void> {
  if (pool === undefined || mark === undefined) throw new Error('There is no target yet');
  const { id, body } = sampleDelivered(mark);
  const headers = signRequest({ eventId: id, eventType: SAMPLE_TYPE, body, secret, nowMs: Date.now() });
  const response = await pool.request({ path: '/0', method: 'POST', headers, body });
  await response.body.dump();
  if (response.statusCode !== 200) throw new Error(`The receiver answered ${response.statusCode}`);
}
