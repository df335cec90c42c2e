import type { EgressResult } from '#egress';
import { describe, expect, it } from 'vitest';
import { readSlackAnswer } from './read-slack-answer.ts';

function answered(status: number, text: string, headers: Record<string, string> = {}): EgressResult {
  return {
    ...{ kind: 'response', status, headers, body: Buffer.from(text), isTruncated: false, isComplete: true },
    ...{ durationMs: 5, timing: { sentMs: 1, respondedMs: 4 }, isResent: false },
  };
}

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const read = (result: EgressResult) => readSlackAnswer(result, 0);

describe('an answer of Slack', () => {
  it.each([
    [answered(200, 'ok'), 'delivered', null, undefined],
    [answered(200, '{"ok":true}', JSON_TYPE), 'delivered', null, undefined],
    [answered(400, 'invalid_payload'), 'rejected', 'invalid_payload', true],
    [answered(400, 'invalid_blocks'), 'rejected', 'invalid_blocks', true],
    [answered(403, 'invalid_token'), 'rejected', 'invalid_token', false],
    [answered(404, 'no_service'), 'rejected', 'no_service', false],
    [answered(410, 'channel_is_archived'), 'rejected', 'channel_is_archived', false],
    [answered(500, 'rollup_error'), 'rejected', 'rollup_error', false],
    [answered(502, '<html>Bad gateway</html>'), 'rejected', null, false],
    [
      answered(200, '{"ok":false,"error":"channel_not_found"}', JSON_TYPE),
      'rejected',
      'channel_not_found',
      false,
    ],
    [answered(200, '{"ok":false,"error":"msg_too_long"}', JSON_TYPE), 'rejected', 'msg_too_long', true],
    [answered(200, '{"ok":false}', JSON_TYPE), 'rejected', 'unknown_answer', false],
    [answered(200, 'garbage', JSON_TYPE), 'rejected', 'unknown_answer', false],
  ])('%#: is read as %s %s', (result, kind, errorClass, isFinal) => {
    const answer = read(result);
    expect(answer).toMatchObject({ outcome: { kind }, errorClass });
    if (answer.outcome.kind === 'rejected') expect(answer.outcome.isFinal).toBe(isFinal);
  });

  it('tells how long to wait', () => {
    expect(read(answered(429, 'rate_limited', { 'retry-after': '30' })).outcome).toMatchObject({
      status: 429,
      retryAfterMs: 30_000,
    });
  });
});
