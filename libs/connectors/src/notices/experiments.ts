import { listOf, numberOf, textOf, type EventData } from '../read-body.ts';
import { sayCount, sayShare, sayTime } from '../say.ts';
import type { Wording } from './wording.ts';

const KINDS: Readonly<Record<string, string>> = {
  ab: 'A/B test',
  split_url: 'Split URL test',
  redirect: 'Redirect test',
  feature_flag: 'Feature flag',
};

/** The words for what happened to an experiment as a whole. */
export function writeExperiment(data: EventData, type: string): Wording {
  const name = textOf(data, 'name');
  const kind = ['Type', KINDS[textOf(data, 'experimentType')] ?? textOf(data, 'experimentType')] as const;
  const variants = ['Variants', sayVariants(data)] as const;
  const key = ['Key', textOf(data, 'experimentKey')] as const;
  switch (type) {
    case 'experiment.created':
      return { title: `Experiment created: ${name}`, facts: [kind, key, variants] };
    case 'experiment.started':
      return { title: `Experiment started: ${name}`, facts: [kind, key, variants] };
    case 'experiment.paused':
      return { title: `Experiment paused: ${name}`, facts: [['Reason', textOf(data, 'reason')], key] };
    case 'experiment.finished':
      return { title: `Experiment finished: ${name}`, facts: [['Winner', sayWinner(data)], key, variants] };
    case 'experiment.published':
      return {
        title: `Experiment published: ${name}`,
        facts: [
          ['Version', textOf(data, 'version')],
          key,
          ['On the edge since', sayTime(textOf(data, 'publishedAt'))],
        ],
      };
    default:
      return writeWinner(data);
  }
}

function writeWinner(data: EventData): Wording {
  const gain = numberOf(data, 'uplift');
  const sign = gain !== undefined && gain > 0 ? '+' : '';
  return {
    title: `Winner found: ${textOf(data, 'winnerVariantKey')} in ${textOf(data, 'experimentKey')}`,
    facts: [
      ['Uplift over the control', gain === undefined ? '' : sign + sayShare(gain)],
      ['Confidence', sayShare(numberOf(data, 'confidence'))],
      [
        'Counted',
        `${sayCount(numberOf(data, 'conversions'))} conversions of ${sayCount(numberOf(data, 'exposures'))} visitors`,
      ],
    ],
  };
}

/** `Original (control) 50 %, Green button 50 %` */
export function sayVariants(data: EventData): string {
  return listOf(data, 'variants')
    .map((variant) => {
      const control = variant['isControl'] === true ? ' (control)' : '';
      return `${textOf(variant, 'name')}${control} ${textOf(variant, 'weight')} %`;
    })
    .join(', ');
}

function sayWinner(data: EventData): string {
  const key = textOf(data, 'winnerVariantKey');
  if (key === '') return 'none';
  const variant = listOf(data, 'variants').find((each) => textOf(each, 'variantKey') === key);
  return variant === undefined ? key : textOf(variant, 'name');
}
