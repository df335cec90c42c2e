import type { EventOf } from '#events';

/** The event type that all scenarios publish: the one that a busy shop has most of. */
export const SAMPLE_TYPE = 'experiment.exposure';

const EVENT_BYTES = 400;
const MARK_DIGITS = { run: 4, number: 7, time: 16 };
const MARK_KEY = Buffer.from('"mark":"');
const [RUN_END, NUMBER_END] = [MARK_DIGITS.run, MARK_DIGITS.run + 1 + MARK_DIGITS.number];
const MARK_LENGTH = NUMBER_END + 1 + MARK_DIGITS.time;

/** What each event says of itself, in its payload, so that the receiver needs no list of ids. */
export interface Mark {
  run: number;
  /** From 0 within the run. */
  number: number;
  /** When it was published, by `nowUs`. */
  atUs: number;
}

/** `run.number.time` in fixed widths. */
export function writeMark({ run, number, atUs }: Mark): string {
  const pad = (value: number, digits: number) => String(value).padStart(digits, '0');
  return `${pad(run, MARK_DIGITS.run)}.${pad(number, MARK_DIGITS.number)}.${pad(atUs, MARK_DIGITS.time)}`;
}

/** The mark in a body between two positions; undefined when there is none. */
export function readMark(bytes: Buffer, from: number, to: number): Mark | undefined {
  const found = bytes.indexOf(MARK_KEY, from);
  const start = found + MARK_KEY.length;
  if (found < 0 || start + MARK_LENGTH > to) return undefined;
  const text = bytes.toString('latin1', start, start + MARK_LENGTH);
  return {
    run: Number(text.slice(0, RUN_END)),
    number: Number(text.slice(RUN_END + 1, NUMBER_END)),
    atUs: Number(text.slice(NUMBER_END + 1)),
  };
}

/** The data of one event; its visitor, and with it the partition, is another each time. */
export function sampleData(mark: Mark): EventOf<typeof SAMPLE_TYPE>['data'] {
  return { ...DATA, anonymousId: visitorOf(mark.number), payload: { mark: writeMark(mark) } };
}

/** The JSON of one event as `POST /v1/events` takes it: 400 bytes. */
export function sampleJson(mark: Mark): string {
  return `${JSON_START}${visitorOf(mark.number)}${JSON_MIDDLE}${writeMark(mark)}${JSON_END}`;
}

/** The JSON of one event as webhooks receive it, for what measures the limit. */
export function sampleDelivered(mark: Mark): { id: string; body: Buffer } {
  const id = visitorOf(mark.number);
  const owner = `"projectId":"${visitorOf(1)}","tenantId":"${visitorOf(2)}"`;
  const head = `{"id":"${id}","type":"${SAMPLE_TYPE}",${owner},"createdAt":"2026-01-01T00:00:00.000Z"`;
  const data = sampleJson(mark).slice(sampleJson(mark).indexOf('"data"'));
  return { id, body: Buffer.from(`${head},${data}`) };
}

function visitorOf(number: number): string {
  return `5f3c1f0e-6c1d-4f0a-9f57-${String(number).padStart(12, '0')}`;
}

const DATA = createData();
const [JSON_START, JSON_MIDDLE, JSON_END] = split();

function createData() {
  const data = {
    experimentId: '0197b2a4-3c10-7a55-9d6e-5b1f0c2a7e41',
    experimentKey: 'checkout',
    variantId: '0197b2a4-3c12-7c93-b1e7-70d4a8f3c659',
    variantKey: 'green',
    anonymousId: visitorOf(0),
    eventName: '$exposure',
    url: '/',
    payload: { mark: writeMark({ run: 0, number: 0, atUs: 0 }) },
  };
  const missing = EVENT_BYTES - JSON.stringify({ type: SAMPLE_TYPE, data }).length;
  if (missing < 0) throw new Error(`The sample event is ${-missing} bytes too long`);
  return { ...data, url: `/${'p'.repeat(missing)}` };
}

function split(): [string, string, string] {
  const json = JSON.stringify({ type: SAMPLE_TYPE, data: DATA });
  const [start = '', rest = ''] = json.split(DATA.anonymousId);
  const [middle = '', end = ''] = rest.split(DATA.payload.mark);
  return [start, middle, end];
}
