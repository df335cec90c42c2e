import { loadConfig } from '#config';
import type { OwnEndpoint } from '#egress';

/** The servers of the hub and of the parts that it works on, as this process knows them from its settings. */
export function ownEndpoints(): OwnEndpoint[] {
  const { service, http, kafka, registry, database, mail } = loadConfig([
    'service',
    'http',
    'kafka',
    'registry',
    'database',
    'mail',
  ]);
  const all = [
    { host: http.HTTP_HOST, port: http.HTTP_PORT },
    { host: service.METRICS_HOST, port: service.METRICS_PORT },
    ...kafka.KAFKA_BROKERS.map((broker) => ofUrl(`kafka://${broker}`, 9_092)),
    ofUrl(registry.SCHEMA_REGISTRY_URL, registry.SCHEMA_REGISTRY_URL.startsWith('https:') ? 443 : 80),
    ofUrl(database.DATABASE_URL, 5_432),
    ...(mail.SMTP_URL === undefined ? [] : [ofUrl(mail.SMTP_URL, 25)]),
  ];
  return all.filter(({ port }) => port > 0);
}

function ofUrl(text: string, defaultPort: number): OwnEndpoint {
  const { hostname, port } = new URL(text);
  return { host: hostname, port: port === '' ? defaultPort : Number(port) };
}
