import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

/** An answer of one of the three operator routes. */
export interface OperatorAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** Answers `/healthz` (the process lives), `/readyz` (it can work) and `/metrics` (Prometheus text). */
export async function answerOperator(
  path: string,
  health: Health,
  metrics: Metrics,
): Promise<OperatorAnswer | undefined> {
  if (path === '/healthz') return { status: 200, contentType: 'application/json', body: '{"status":"ok"}' };
  if (path === '/metrics')
    return { status: 200, contentType: metrics.registry.contentType, body: await metrics.registry.metrics() };
  if (path !== '/readyz') return undefined;
  const report = await health.report();
  return {
    status: report.isReady ? 200 : 503,
    contentType: 'application/json',
    body: JSON.stringify(report),
  };
}

/** Serves the operator routes of a process that has no HTTP API. Port 0 chooses one. */
export async function serveHealth(
  address: { host: string; port: number },
  health: Health,
  metrics: Metrics,
): Promise<{ port: number; close: () => void }> {
  const server = createServer((request, response) => {
    answerOperator(new URL(request.url ?? '/', 'http://localhost').pathname, health, metrics).then(
      (answer) =>
        response
          .writeHead(answer?.status ?? 404, { 'content-type': answer?.contentType ?? 'text/plain' })
          .end(answer?.body ?? 'not found'),
      () => response.writeHead(500).end(),
    );
  });
  await listening(server, address);
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

function listening(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}
