import { describe, expect, it } from 'vitest';
import { chooseApps } from './choose-apps.ts';

const namesOf = async (...argv: string[]) => (await chooseApps(argv)).map(({ name }) => name);

// Loading every app takes its time on a busy machine.
describe('chooseApps', { timeout: 30_000 }, () => {
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
  ])('%j runs %j', async (argv, expected) => {
    expect(await namesOf(...argv)).toEqual(expected);
  });

  it.each([[['--apps', 'worker']], [['--apps', '']], [['--app', 'ingest']], [['ingest']]])(
    '%j is refused with the names that there are',
    async (argv) => {
      await expect(namesOf(...argv)).rejects.toThrow(/--apps takes a list of dispatcher, webhook-worker/);
    },
  );
});
