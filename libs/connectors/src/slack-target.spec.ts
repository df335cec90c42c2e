import { describe, expect, it } from 'vitest';
import { checkSlackUrl, isBotToken, isChannel, slackAddress, slackTarget } from './slack-target.ts';

const API = 'https://slack.com/api';
const PATH = '/services/T0123/B0456/abcDEF123';

describe('the URL of an incoming webhook', () => {
  it.each([
    [`https://hooks.slack.com${PATH}`, null],
    [`https://slack.com${PATH}`, null],
    [`http://hooks.slack.com${PATH}`, 'host'],
    [`https://hooks.slack.com.evil.example${PATH}`, 'host'],
    [`https://hooks.slack.com@evil.example${PATH}`, 'host'],
    [`https://me:you@hooks.slack.com${PATH}`, 'host'],
    [`https://evil.example${PATH}`, 'host'],
    [`https://hooks.slack.com:8443${PATH}`, 'host'],
    ['not a url', 'host'],
    ['https://hooks.slack.com/services/T0123', 'form'],
    [`https://hooks.slack.com${PATH}/more`, 'form'],
    [`https://hooks.slack.com${PATH}?x=1`, 'form'],
  ])('%s breaks %s', (url, rule) => {
    expect(checkSlackUrl(url, API)).toBe(rule);
  });

  it('may be of the host that the operator has set', () => {
    expect(checkSlackUrl(`http://127.0.0.1:4010${PATH}`, 'http://127.0.0.1:4010/api')).toBeNull();
  });

  it('is shown without its secret part', () => {
    const target = slackTarget(`https://hooks.slack.com${PATH}`, {});
    expect(slackAddress(target)).toBe('https://hooks.slack.com/services/T0123/B0456/…');
  });
});

it.each([
  ['xoxb-1234567890-abcdef', true],
  ['xoxp-1234567890-abcdef', false],
  ['xoxb-', false],
  ['xoxb-12345 67890', false],
])('%s as a bot token: %s', (token, isOne) => {
  expect(isBotToken(token)).toBe(isOne);
});

it.each([
  ['C0123456789', true],
  ['#experiments', true],
  ['#über-uns', true],
  ['experiments', false],
  ['@here', false],
  ['#a b', false],
])('%s as a channel: %s', (channel, isOne) => {
  expect(isChannel(channel)).toBe(isOne);
});
