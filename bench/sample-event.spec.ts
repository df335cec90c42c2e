import { describe, expect, it } from 'vitest';
import { readMark, sampleData, sampleDelivered, sampleJson, writeMark } from './sample-event.ts';

const mark = { run: 12, number: 34_567, atUs: 8_901_234_567_890 };

describe('sample events', () => {
  it('are 400 bytes as they are published', () => {
    expect(Buffer.byteLength(sampleJson(mark))).toBe(400);
  });

  it('are the same over HTTP and through the SDK', () => {
    expect(JSON.parse(sampleJson(mark))).toEqual({ type: 'experiment.exposure', data: sampleData(mark) });
  });

  it('carry a mark that is found in a request of several', () => {
    const body = Buffer.from(sampleJson(mark));
    expect(readMark(Buffer.concat([body, body]), body.length, body.length * 2)).toEqual(mark);
    expect(readMark(body, 0, 100)).toBeUndefined();
    expect(writeMark(mark)).toHaveLength(29);
  });

  it('are delivered as a JSON object with an id', () => {
    const { id, body } = sampleDelivered(mark);
    expect(JSON.parse(body.toString())).toMatchObject({ id, data: sampleData(mark) });
  });
});
