import { HttpException, NotFoundException, type ArgumentsHost } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { HubError } from '#errors';
import { createLog } from '#log';
import { ProblemFilter } from './problem.filter.ts';
import { PROBLEMS, invalid, notFound, problem, toProblem } from './problem.ts';

/** What a client gets for an error. */
function answerTo(error: unknown, url = '/v1/webhooks/x?token=s3cret') {
  const headers: Record<string, string> = {};
  const answer = { status: 0, type: '', body: '' };
  const reply = {
    code: (status: number) => (Object.assign(answer, { status }), reply),
    header: (name: string, value: string) => (Object.assign(headers, { [name]: value }), reply),
    type: (type: string) => (Object.assign(answer, { type }), reply),
    send: (body: string) => Object.assign(answer, { body }),
  };
  const http = { getRequest: () => ({ method: 'GET', url }), getResponse: () => reply };
  const host = { switchToHttp: () => http } as unknown as ArgumentsHost;
  new ProblemFilter(createLog('test', { level: 'silent' })).catch(error, host);
  return { ...answer, headers, problem: JSON.parse(answer.body) as Record<string, unknown> };
}

describe('a problem', () => {
  it.each(Object.entries(PROBLEMS))('of status %s has its type and title', (status, { type, title }) => {
    expect(toProblem(Number(status), 'why')).toEqual({ type, title, status: Number(status), detail: 'why' });
  });

  it.each([
    [418, PROBLEMS[400]],
    [502, PROBLEMS[500]],
  ])('of status %i, which has none of its own, has those of its class', (status, expected) => {
    expect(toProblem(status, 'why')).toMatchObject({ ...expected, status });
  });

  it('of one field says which in words too, of several how many', () => {
    const url = { field: 'url', rule: 'must be https' };
    expect(invalid([url]).getResponse()).toEqual({ detail: 'url must be https.', errors: [url] });
    expect(invalid([url, url]).getResponse()).toMatchObject({ detail: '2 fields are not valid.' });
  });
});

describe('an error of a request', () => {
  it.each<[string, unknown, number]>([
    ['a refusal of ours', problem(409, 'taken'), 409],
    ['what does not exist', notFound(), 404],
    ['a route that does not exist', new NotFoundException(), 404],
    ['a body too large', { statusCode: 413 }, 413],
    ['a wrong media type', { statusCode: 415 }, 415],
    ['bad JSON', Object.assign(new SyntaxError('x'), { statusCode: 400 }), 400],
    ['an outage of the database', new HubError('HUB_DATABASE_UNAVAILABLE', 'x'), 503],
    ['an outage of Kafka', new HubError('HUB_KAFKA_UNAVAILABLE', 'x'), 503],
    ['an outage of the registry', new HubError('HUB_REGISTRY_UNAVAILABLE', 'x'), 503],
    ['a statement that PostgreSQL refuses', new HubError('HUB_DATABASE_REFUSED', 'x'), 500],
    ['a defect', new TypeError('x is undefined'), 500],
    ['a defect that says it is none', { statusCode: 302 }, 500],
    ['an exception with a status of ours', new HttpException('x', 500), 500],
    ['a thrown text', 'boom', 500],
    ['nothing', undefined, 500],
    ['null', null, 500],
  ])('%s is answered by status as problem+json', (_, error, status) => {
    const answer = answerTo(error);
    expect(answer).toMatchObject({ status, type: 'application/problem+json', problem: { status } });
    expect(answer.problem['type']).toBe(PROBLEMS[status]?.type);
  });

  it('says the path and never the query, the message of a driver or a stack', () => {
    const error = new HubError('HUB_DATABASE_REFUSED', 'relation "api_keys" at 10.0.0.7:5432', {
      cause: new Error('password authentication failed'),
    });
    const { body, problem: shown } = answerTo(error);
    expect(shown['instance']).toBe('/v1/webhooks/x');
    for (const secret of ['s3cret', 'api_keys', '10.0.0.7', 'password', '.ts'])
      expect(body).not.toContain(secret);
  });

  it('says when to come back where that helps, and how to sign in', () => {
    expect(answerTo(problem(503, 'x')).headers).toEqual({ 'retry-after': '5' });
    expect(answerTo(problem(401, 'x')).headers).toEqual({
      'www-authenticate': 'Bearer realm="ttoolab-hub"',
    });
    expect(answerTo(notFound()).headers).toEqual({});
  });

  it('cannot tell what is foreign from what does not exist', () => {
    expect(answerTo(notFound()).body).toBe(answerTo(new NotFoundException('Cannot GET /v1/webhooks/x')).body);
  });
});

describe('many bad fields', () => {
  it('are named up to a hundred, and counted', () => {
    const errors = Array.from({ length: 5_000 }, (_, n) => ({ field: `f${n}`, rule: 'is wrong' }));
    const answer = invalid(errors).getResponse() as { detail: string; errors: object[] };
    expect(answer.errors).toEqual(errors.slice(0, 100));
    expect(answer.detail).toBe('5000 fields are not valid.');
  });
});
