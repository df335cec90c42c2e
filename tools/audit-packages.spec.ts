import { expect, it } from 'vitest';
import { readAudit } from './audit-packages.ts';

const report = (high: number, critical: number) =>
  JSON.stringify({
    vulnerabilities: {
      left: { severity: high > 0 ? 'high' : 'critical', range: '<2.0.1' },
      right: { severity: 'moderate', range: '*' },
    },
    metadata: { vulnerabilities: { moderate: 1, high, critical } },
  });

it.each([
  ['a moderate finding only', report(0, 0), 'clean', 'no high or critical vulnerability'],
  ['a high finding', report(1, 0), 'vulnerable', 'left <2.0.1: high'],
  ['a critical finding', report(0, 1), 'vulnerable', 'left <2.0.1: critical'],
  [
    'a registry without the endpoint',
    '{"message":"405 Method Not Allowed","statusCode":405}',
    'unavailable',
    'not audited: this registry offers no audit endpoint (405)',
  ],
  [
    'a registry that is down',
    '{"message":"503 Service Unavailable","statusCode":503}',
    'broken',
    'npm audit failed: 503 Service Unavailable',
  ],
  ['no report', '', 'broken', 'npm audit ended without a report'],
])('%s', (_, json, kind, message) => {
  expect(readAudit(json)).toEqual({ kind, message });
});
