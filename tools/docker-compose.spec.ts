import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describeSettings } from '#config';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

interface Service {
  image: string;
  command?: string[];
  entrypoint?: string[];
  environment?: Record<string, string | number>;
  healthcheck?: object;
  depends_on?: Record<string, unknown>;
}

const ROOT = new URL('../', import.meta.url);
const text = readFileSync(new URL('docker-compose.yml', ROOT), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
const own = Object.entries(services).filter(([, { image }]) => image === 'ttoolab-hub');
const mainOf = ({ entrypoint = [], command = [] }: Service) =>
  /dist\/(apps\/[^/]+)\//.exec([...entrypoint, ...command].join(' '))?.[1];

describe('docker-compose.yml', () => {
  it('has a service for every app', () => {
    const apps = readdirSync(new URL('apps', ROOT))
      .map((name) => `apps/${name}`)
      // The other apps in one process: what `npm start` runs.
      .filter((path) => path !== 'apps/all-in-one' && existsSync(new URL(`${path}/src/main.ts`, ROOT)));
    const served = own.map(([, service]) => mainOf(service)).filter((path) => path !== undefined);
    expect(served.toSorted()).toEqual(apps.toSorted());
  });

  it.each(own)('gives %s only settings that there are', (_name, { environment = {} }) => {
    const settings = new Set(describeSettings().map(({ variable }) => variable));
    expect(Object.keys(environment).filter((variable) => !settings.has(variable))).toEqual([]);
  });

  it.each(Object.entries(services))('checks the health of %s', (_name, { healthcheck }) => {
    expect(healthcheck).toBeDefined();
  });

  it('starts an app only after the set-up, and names only services that there are', () => {
    for (const [name, { depends_on = {} }] of own) {
      expect(Object.keys(services)).toEqual(expect.arrayContaining(Object.keys(depends_on)));
      if (name !== 'setup') expect(depends_on).toHaveProperty('setup');
    }
  });

  it('runs files that the image has', () => {
    const dockerfile = readFileSync(new URL('Dockerfile', ROOT), 'utf8');
    for (const [tool] of (services['setup']?.command?.join(' ') ?? '').matchAll(/tools\/\S+\.ts/g))
      expect(dockerfile).toContain(tool);
  });
});
