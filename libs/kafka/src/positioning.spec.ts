import { describe, expect, it } from 'vitest';
import { createLog } from '#log';
import { Positioning, type Position } from './positioning.ts';

const log = createLog('test', { level: 'silent' });
const PARTITIONS = [
  { topic: 'a', partition: 0 },
  { topic: 'a', partition: 2 },
];
const AT: Position[] = [
  { topic: 'a', partition: 0, offset: 7 },
  { topic: 'a', partition: 2, offset: 0 },
];

/** A consumer that writes down what it is told. */
function createRecorder() {
  const told: string[] = [];
  const name = (all: { topic: string; partitions?: number[] }[]) =>
    all.map(({ topic, partitions }) => `${topic}/${partitions?.join()}`).join(' ');
  return {
    told,
    pause: (all: { topic: string; partitions?: number[] }[]) => void told.push(`pause ${name(all)}`),
    resume: (all: { topic: string; partitions?: number[] }[]) => void told.push(`resume ${name(all)}`),
    seek: ({ topic, partition, offset }: { topic: string; partition: number; offset: string }) =>
      void told.push(`seek ${topic}/${partition} ${offset}`),
  };
}

describe('positioning', () => {
  it('lets nothing be fetched until the stage has said where to go on', async () => {
    const answer = Promise.withResolvers<Position[]>();
    const positioning = new Positioning(() => answer.promise, log);
    const kafka = createRecorder();
    const done = positioning.run(kafka, PARTITIONS);
    expect(kafka.told).toEqual(['pause a/0 a/2']);
    expect(positioning.isUnderWay).toBe(true);
    answer.resolve(AT);
    await done;
    expect(kafka.told.slice(1)).toEqual(['seek a/0 7', 'seek a/2 0', 'resume a/0 a/2']);
    expect(positioning.isUnderWay).toBe(false);
  });

  it('is superseded by the next question, whose answer alone counts', async () => {
    const answers = [Promise.withResolvers<Position[]>(), Promise.withResolvers<Position[]>()];
    let asked = 0;
    const positioning = new Positioning(() => answers[asked++]?.promise ?? Promise.resolve([]), log);
    const kafka = createRecorder();
    const both = [positioning.run(kafka, PARTITIONS), positioning.run(kafka, PARTITIONS)];
    answers[0]?.resolve([{ topic: 'a', partition: 0, offset: 1 }]);
    await both[0];
    expect(positioning.isUnderWay).toBe(true);
    answers[1]?.resolve(AT);
    await both[1];
    expect(kafka.told.filter((line) => line.startsWith('seek'))).toEqual(['seek a/0 7', 'seek a/2 0']);
  });

  it('asks again until there is an answer, and says so meanwhile', async () => {
    let tries = 0;
    const failing: boolean[] = [];
    const positioning: Positioning = new Positioning(() => {
      failing.push(positioning.isFailing);
      return ++tries < 2 ? Promise.reject(new Error('away')) : Promise.resolve(AT);
    }, log);
    await positioning.run(createRecorder(), PARTITIONS);
    expect(failing).toEqual([false, true]);
    expect(positioning.isFailing).toBe(false);
  });

  it('tells nothing more once it is cancelled', async () => {
    const answer = Promise.withResolvers<Position[]>();
    const positioning = new Positioning(() => answer.promise, log);
    const kafka = createRecorder();
    const done = positioning.run(kafka, PARTITIONS);
    positioning.cancel();
    answer.resolve(AT);
    await done;
    expect(kafka.told).toEqual(['pause a/0 a/2']);
  });
});
