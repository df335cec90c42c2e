import { HubError } from '#errors';
import { z } from 'zod';
import { productionFault } from './master-key.ts';
import { sections, type SectionName } from './sections.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type SectionValues<S extends SectionName> = {
  readonly [K in keyof (typeof sections)[S]]: (typeof sections)[S][K] extends z.ZodType
    ? z.output<(typeof sections)[S][K]>
    : never;
};

/** The settings of the named sections, typed, each under its environment variable's name. */
export type Config<S extends SectionName> = { readonly [K in S]: SectionValues<K> };

/**
 * Reads and checks the named sections from the environment.
 * @throws HubError HUB_CONFIG_INVALID naming every variable that breaks its rule, without its value
 */
export function loadConfig<const S extends SectionName>(
  names: readonly S[],
  env: Environment = process.env,
): Config<S> {
  const problems: string[] = [];
  const entries = names.map((name) => [name, readSection(name, env, problems)] as const);
  const fault = env['NODE_ENV'] === 'production' ? productionFault(env['MASTER_KEY']) : undefined;
  if (fault !== undefined) problems.push(`MASTER_KEY ${fault}`);
  if (problems.length > 0) throw new HubError('HUB_CONFIG_INVALID', problems.join('\n'), { problems });
  return Object.freeze(Object.fromEntries(entries)) as unknown as Config<S>;
}

function readSection(name: SectionName, env: Environment, problems: string[]): object {
  const shape: Record<string, z.ZodType> = sections[name];
  const values: Record<string, unknown> = {};
  for (const [variable, rule] of Object.entries(shape)) {
    const text = env[variable];
    const result = rule.safeParse(text === '' ? undefined : text);
    if (result.success) values[variable] = result.data;
    else for (const issue of result.error.issues) problems.push(`${variable} ${explain(issue)}`);
  }
  return Object.freeze(values);
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_format' && issue.format === 'url') return 'must be a URL';
  return issue.message
    .replace(/^Too small: expected number to be >=/, 'must be at least ')
    .replace(/^Too big: expected number to be <=/, 'must be at most ');
}
