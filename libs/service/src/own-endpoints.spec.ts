import { describe, expect, it } from 'vitest';
import { ownEndpoints } from './own-endpoints.ts';

describe('the servers that no webhook may reach', () => {
  it('are the API, the brokers, the registry and the database of the settings', () => {
    expect(ownEndpoints()).toEqual(
      expect.arrayContaining([
        { host: '127.0.0.1', port: 3000 },
        { host: '127.0.0.1', port: 9092 },
        { host: '127.0.0.1', port: 8081 },
        { host: '127.0.0.1', port: 5432 },
      ]),
    );
  });
});
