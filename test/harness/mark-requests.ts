import { subscribe } from 'node:diagnostics_channel';

// Loaded into a process of the hub by `--import`: its webhook requests tell the receiver which process sent them.
subscribe('undici:request:create', (message) => {
  const { request } = message as { request: { addHeader(name: string, value: string): void } };
  request.addHeader('x-test-process', String(process.pid));
});
