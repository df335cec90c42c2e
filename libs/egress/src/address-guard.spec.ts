import { describe, expect, it } from 'vitest';
import { createAddressGuard } from './address-guard.ts';

const FORBIDDEN = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  private: ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
  'carrier-grade NAT': ['100.64.0.0', '100.100.100.200', '100.127.255.255'],
  loopback: ['127.0.0.0', '127.0.0.1', '127.255.255.255', '::1'],
  'link-local': [
    '169.254.0.0',
    '169.254.169.254',
    '169.254.255.255',
    'fe80::',
    'fe80::1',
    'febf:ffff::1',
    'fe80::1%eth0',
  ],
  'cloud platform': ['168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'],
  'protocol assignments': [
    '192.0.0.0',
    '192.0.0.255',
    '192.31.196.1',
    '192.52.193.1',
    '192.175.48.1',
    '2001:1::1',
    '2001:3::1',
    '2001:4:112::1',
  ],
  documentation: [
    '192.0.2.0',
    '198.51.100.255',
    '203.0.113.7',
    '2001:db8::',
    '2001:db8:ffff::1',
    '3fff::1',
    '3fff:fff::1',
  ],
  benchmarking: ['198.18.0.0', '198.19.255.255', '2001:2::1'],
  '6to4': ['192.88.99.1', '2002::', '2002:7f00:1::', '2002:a00:1::1', '2002:ffff::1'],
  multicast: ['224.0.0.0', '224.0.0.1', '239.255.255.255', 'ff00::', 'ff02::1'],
  reserved: [
    '240.0.0.0',
    '255.255.255.254',
    '255.255.255.255',
    '::',
    '4000::1',
    '8000::1',
    'e000::1',
    '5f00::1',
    '100::1',
    '1fff::1',
  ],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::ffff:0:127.0.0.1'],
  'IPv4-compatible': ['::127.0.0.1', '::7f00:1', '::8.8.8.8'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1', '64:ff9b:1:ffff::1'],
  Teredo: ['2001::', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  ORCHID: ['2001:10::1', '2001:20::1', '2001:2f:ffff::1'],
  ISATAP: ['::5efe:7f00:1', 'fe80::5efe:7f00:1', '2606:4700::5efe:7f00:1', '2606:4700::200:5efe:a00:1'],
  'unique local': ['fc00::', 'fc00::1', 'fd12:3456:789a::1', 'fdff:ffff::1'],
  'site-local': ['fec0::', 'fec0::1', 'feff::1'],
  'no address': [
    '',
    'localhost',
    'example.com',
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '0177.0.0.1',
    '127.0.0.1.',
    ' 127.0.0.1',
    '1.1.1.1/32',
    '[::1]',
  ],
};

const PUBLIC = [
  ...[
    '1.0.0.0',
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
  ],
  ...[
    '128.0.0.0',
    '168.63.129.15',
    '168.63.129.17',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
  ],
  ...[
    '192.0.3.0',
    '192.88.98.255',
    '192.88.100.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
  ],
  ...['198.51.99.255', '198.51.101.0', '203.0.112.255', '203.0.114.0', '223.255.255.255'],
  ...[
    '2000::1',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2001:db7::1',
    '2001:db9::1',
    '2003::1',
    '2606:4700:4700::1111',
    '2a00:1450::1',
  ],
  ...['3ffe::1', '3fff:1000::1', '2606:4700::5eff:7f00:1'],
];

describe('the address guard', () => {
  const guard = createAddressGuard([]);

  for (const [kind, addresses] of Object.entries(FORBIDDEN)) {
    it.each(addresses)(`refuses ${kind}: %s`, (address) => expect(guard.isAllowed(address)).toBe(false));
  }

  it.each(PUBLIC)('allows the public %s', (address) => expect(guard.isAllowed(address)).toBe(true));

  it('allows exactly the ranges that the operator names, in their own dress only', () => {
    const opened = createAddressGuard(['127.0.0.0/8', 'fd00:1::/32', '10.1.2.3/32', '172.16.0.0/13']);
    const allowed = [
      '127.0.0.1',
      '127.255.255.255',
      'fd00:1:ffff::1',
      '10.1.2.3',
      '172.23.255.255',
      '8.8.8.8',
    ];
    const refused = [
      '128.0.0.0.1',
      '10.1.2.4',
      '172.24.0.0',
      'fd00:2::1',
      '::1',
      '::ffff:127.0.0.1',
      '2002:7f00:1::',
      '::7f00:1',
    ];
    expect(allowed.filter((address) => !opened.isAllowed(address))).toEqual([]);
    expect(refused.filter((address) => opened.isAllowed(address))).toEqual([]);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0/8',
    '::/129',
    '::1/x',
    'localhost/8',
    '/8',
    '10.0.0.0/',
  ])('refuses to start with "%s" in EGRESS_ALLOW', (range) =>
    expect(() => createAddressGuard([range])).toThrow(/EGRESS_ALLOW/),
  );

  it('opens everything with /0 of each family', () => {
    const opened = createAddressGuard(['0.0.0.0/0', '::/0']);
    expect(
      ['0.0.0.0', '255.255.255.255', '::', 'ff02::1'].every((address) => opened.isAllowed(address)),
    ).toBe(true);
  });
});
