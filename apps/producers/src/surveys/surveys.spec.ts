import { describe, expect, it } from 'vitest';
import { createSdk, NOW, OWNER } from '../../fixtures/recording-publisher.ts';
import { Surveys } from './surveys.ts';

const ANSWER = {
  anonymousId: '5f3c1f0e-6c1d-4f0a-9f57-2a1f7f0c9b3e',
  url: 'https://shop.example.com/thanks',
};

describe('surveys', () => {
  it('publishes one answer a visitor', async () => {
    const { sdk, publisher } = createSdk();
    const surveys = new Surveys(sdk);
    const { id } = surveys.create(OWNER);
    const assignments = [{ experimentKey: 'button', variantKey: 'green' }];
    await surveys.answer(id, { ...ANSWER, score: 6, assignments });
    expect(publisher.recorded).toHaveLength(1);
    const scale = { scaleMin: 1, scaleMax: 7, score: 6 };
    expect(publisher.last).toMatchObject({
      surveyId: id,
      ...scale,
      comment: null,
      submittedAt: NOW,
      assignments,
    });
    await expect(surveys.answer(id, { ...ANSWER, score: 2 })).rejects.toThrow('has answered already');
  });

  it.each([0, 8, 3.5, Number.NaN])('refuses the score %d', async (score) => {
    const { sdk, publisher } = createSdk();
    const surveys = new Surveys(sdk);
    const { id } = surveys.create(OWNER);
    await expect(surveys.answer(id, { ...ANSWER, score })).rejects.toThrow('a whole number from 1 to 7');
    expect(publisher.recorded).toEqual([]);
  });

  it('lets the visitor answer again when Kafka did not take it', async () => {
    const { sdk, publisher } = createSdk();
    const surveys = new Surveys(sdk);
    const { id } = surveys.create(OWNER, 1, 5);
    publisher.isAway = true;
    await expect(surveys.answer(id, { ...ANSWER, score: 5 })).rejects.toThrow();
    publisher.isAway = false;
    await surveys.answer(id, { ...ANSWER, score: 5, comment: 'ok' });
    expect(publisher.last).toMatchObject({ score: 5, scaleMax: 5, comment: 'ok' });
  });
});
