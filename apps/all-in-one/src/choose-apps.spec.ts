import { describe, expect, it } from 'vitest';
import { chooseApps } from './choose-apps.ts';

const namesOf = (...argv: string[]) => chooseApps(argv).map(({ name }) => name);

describe('chooseApps', () => {
  it.each([
    [
      [],
      [
        'dispatcher',
        'webhook-worker',
        'slack-connector',
        'email-connector',
        'recorder',
        'warehouse-sink',
        'http',
      ],
    ],
    [['--apps', 'ingest'], ['ingest']],
    [['--apps=recorder, dispatcher'], ['dispatcher', 'recorder']],
    [
      ['--apps', 'admin-api,webhook-worker'],
      ['webhook-worker', 'admin-api'],
    ],
    [['--apps', 'admin-api,ingest'], ['http']],
  ])('%j runs %j', (argv, expected) => {
    expect(namesOf(...argv)).toEqual(expected);
  });

  it.each([[['--apps', 'worker']], [['--apps', '']], [['--app', 'ingest']], [['ingest']]])(
    '%j is refused with the names that there are',
    (argv) => {
      expect(() => namesOf(...argv)).toThrow(/--apps takes a list of dispatcher, webhook-worker/);
    },
  );
});
