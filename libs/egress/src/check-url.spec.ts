import { describe, expect, it } from 'vitest';
import { checkUrl, URL_RULES } from './index.ts';

const strict = { httpsOnly: false, allow: [] };

const REFUSED: Record<string, string[]> = {
  invalid: [
    '',
    'example.com/hook',
    '/hook',
    'https://',
    'https:///',
    'https:example.com',
    'https:/example.com',
    'https://exa mple.com',
    ' https://example.com',
    'https://example.com\n',
    'https://example.com\t/a',
    'https:\\\\example.com',
    'https://example.com\\@127.0.0.1',
    'https://[::1',
    'https://example.com:99999',
    'https://a%00b.com',
    'https://exa\u0000mple.com',
  ],
  scheme: [
    'ftp://example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'gopher://example.com',
    'data:text/plain,x',
    'ws://example.com',
    'mailto:a@example.com',
  ],
  credentials: [
    'https://user:pass@example.com',
    'https://user@example.com',
    'https://@example.com',
    'https://:@example.com',
    'https://example.com@127.0.0.1/',
  ],
  fragment: ['https://example.com/#', 'https://example.com/a#b'],
  port: ['https://example.com:0', 'http://example.com:00/'],
  'too-long': [`https://example.com/${'a'.repeat(2048)}`, `https://example.com/${'ü'.repeat(1000)}`],
  address: [
    ...[
      'http://localhost',
      'http://LOCALHOST:3000/',
      'http://localhost.',
      'http://a.localhost',
      'http://a.b.localhost./',
    ],
    ...[
      'http://127.0.0.1',
      'http://127.0.0.1./',
      'http://127.1',
      'http://127.0.1',
      'http://2130706433',
      'http://0x7f000001',
      'http://0x7f.1',
      'http://0177.0.0.1',
      'http://017700000001',
      'http://0177.0x0.0.1',
    ],
    ...[
      'http://１２７.０.０.１',
      'http://127。0。0。1',
      'http://①②⑦.⓪.⓪.①',
      'http://%31%32%37.0.0.1',
      'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ',
      'http://0',
      'http://0.0.0.0',
      'http://00',
      'http://0x0',
    ],
    ...[
      'http://[::1]',
      'http://[::]',
      'http://[0:0:0:0:0:0:0:1]',
      'http://[::ffff:127.0.0.1]',
      'http://[::ffff:7f00:1]',
      'http://[::127.0.0.1]',
      'http://[64:ff9b::7f00:1]',
      'http://[2002:7f00:1::]',
      'http://[fe80::1]',
      'http://[fd00::1]',
      'http://[::5efe:7f00:1]',
      'http://[4000::1]',
      'http://[2001:0:1::]',
    ],
    ...[
      'http://10.0.0.1',
      'http://172.16.0.1',
      'http://192.168.1.1:8080',
      'http://169.254.169.254/latest/meta-data',
      'http://100.64.0.1',
      'http://224.0.0.1',
      'http://255.255.255.255',
      'http://3232235777',
      'https://.',
    ],
  ],
};

const ACCEPTED: [string, string][] = [
  ['https://example.com', 'https://example.com/'],
  ['https://example.com:8443/hooks?a=1&b=2', 'https://example.com:8443/hooks?a=1&b=2'],
  ['http://example.com:80/x', 'http://example.com/x'],
  ['HTTPS://Example.COM/A', 'https://example.com/A'],
  ['https://münchen.example/hook', 'https://xn--mnchen-3ya.example/hook'],
  ['https://example.com./hook', 'https://example.com./hook'],
  ['https://8.8.8.8/x', 'https://8.8.8.8/x'],
  ['https://[2606:4700:4700::1111]/x', 'https://[2606:4700:4700::1111]/x'],
  ['https://example.com/a@b', 'https://example.com/a@b'],
  ['https://example.com/?next=http://127.0.0.1/', 'https://example.com/?next=http://127.0.0.1/'],
  ['https://notlocalhost.example', 'https://notlocalhost.example/'],
  ['https://127.0.0.1.example.com/', 'https://127.0.0.1.example.com/'],
];

describe('checkUrl', () => {
  for (const [rule, texts] of Object.entries(REFUSED)) {
    it.each(texts)(`refuses by the rule ${rule}: %s`, (text) => {
      expect(checkUrl(text, strict)).toEqual({ ok: false, rule });
      expect(URL_RULES).toHaveProperty(rule);
    });
  }

  it.each(ACCEPTED)('accepts and normalises %s', (text, url) => {
    expect(checkUrl(text, strict)).toEqual({ ok: true, url });
  });

  it('refuses http where only https is allowed', () => {
    expect(checkUrl('http://example.com', { httpsOnly: true, allow: [] })).toEqual({
      ok: false,
      rule: 'https-only',
    });
    expect(checkUrl('https://example.com', { httpsOnly: true, allow: [] })).toMatchObject({ ok: true });
  });

  it('accepts loopback by name and number where the operator allows it', () => {
    const options = { httpsOnly: false, allow: ['127.0.0.0/8', '::1/128'] };
    for (const text of [
      'http://localhost:9000/',
      'http://127.0.0.1:9000/',
      'http://0x7f.1/',
      'http://[::1]/',
    ]) {
      expect(checkUrl(text, options)).toMatchObject({ ok: true });
    }
    expect(checkUrl('http://10.0.0.1/', options)).toEqual({ ok: false, rule: 'address' });
  });
});
