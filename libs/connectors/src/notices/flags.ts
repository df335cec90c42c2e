import { textOf, type EventData } from '../read-body.ts';
import { sayVariants } from './experiments.ts';
import type { Wording } from './wording.ts';

/** The words for what happened to a feature flag. */
export function writeFlag(data: EventData, type: string): Wording {
  if (type === 'feature_flag.exposed') {
    return {
      title: `Visitor got ${textOf(data, 'variantKey')} of flag ${textOf(data, 'flagKey')}`,
      facts: [['Page', textOf(data, 'url')]],
    };
  }
  const verb = type === 'feature_flag.created' ? 'created' : 'updated';
  return {
    title: `Feature flag ${verb}: ${textOf(data, 'name')}`,
    facts: [
      ['Key', textOf(data, 'flagKey')],
      ['Status', textOf(data, 'status')],
      ['Variants', sayVariants(data)],
    ],
  };
}
