import { sections } from './sections.ts';

/** One documented setting. */
export interface Setting {
  section: string;
  variable: string;
  description: string;
  /** As one would write it in the environment; `undefined` when there is none. */
  defaultText: string | undefined;
}

interface Described {
  description?: string;
  _zod: { def: { type: string; defaultValue?: string | number | boolean; innerType?: unknown } };
}

/** Every setting with its description and default, in the order of the sections. */
export function describeSettings(): Setting[] {
  return Object.entries(sections).flatMap(([section, shape]) =>
    Object.entries(shape).map(([variable, rule]) => {
      const described = rule as unknown as Described;
      const value = described._zod.def.defaultValue;
      return {
        section,
        variable,
        description: described.description ?? '',
        defaultText: value === undefined ? undefined : String(value),
      };
    }),
  );
}
