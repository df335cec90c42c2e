export { checkFilter, MAX_FILTER_LENGTH, type FilterProblem } from './check-filter.ts';
export { DELIVERY_ANSWERS, explainDelivery, type DeliveryExplanation } from './explain-delivery.ts';
export { Filter, type Verdict } from './filter.ts';
export {
  explainFilter,
  FilterExplainer,
  type Clause,
  type ClauseValue,
  type Explanation,
} from './explain-filter.ts';
export { eventOfBody, type FilteredEvent } from './filtered-event.ts';
