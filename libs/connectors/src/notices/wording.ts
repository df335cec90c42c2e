/** Facts that a notice has at most. */
export const MAX_FACTS = 8;

/** The words of a notice before they are bounded; a fact without a value is left out. */
export interface Wording {
  title: string;
  facts: readonly (readonly [label: string, value: string])[];
  quotes?: readonly string[];
}
