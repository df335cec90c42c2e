/** The words of a notice before they are bounded; a fact without a value is left out. */
export interface Wording {
  title: string;
  facts: readonly (readonly [label: string, value: string])[];
  quotes?: readonly string[];
}
