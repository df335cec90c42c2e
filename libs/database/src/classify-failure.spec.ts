import { describe, expect, it } from 'vitest';
import { HubError } from '#errors';
import { classifyFailure } from './classify-failure.ts';

const coded = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('a failure of the database', () => {
  it.each([
    coded('ECONNREFUSED'),
    coded('ENOTFOUND'),
    coded('08006'),
    coded('28P01'),
    coded('3D000'),
    coded('40P01'),
    coded('53100'),
    coded('55000'),
    coded('57P01'),
    coded('57014'),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
    new Error('Cannot use a pool after calling end on the pool'),
    new Error('Client has encountered a connection error and is not queryable'),
  ])('passes: $code $message', (error) => {
    expect(classifyFailure(error)).toMatchObject({ code: 'HUB_DATABASE_UNAVAILABLE', cause: error });
  });

  it.each([coded('22P02'), coded('23505', 'timeout'), coded('42P01'), new TypeError('x is undefined')])(
    'stays: $code $message',
    (error) => {
      expect(classifyFailure(error)).toMatchObject({ code: 'HUB_DATABASE_REFUSED', cause: error });
    },
  );

  it('that was told already is told as it was', () => {
    const error = new HubError('HUB_DATABASE_UNAVAILABLE', 'x');
    expect(classifyFailure(error)).toBe(error);
  });
});
