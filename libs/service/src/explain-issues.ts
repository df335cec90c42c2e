import type { z } from 'zod';
import type { FieldError } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** Every issue of a failed zod check as a field (`eventTypes[2]`) and the rule it breaks. */
export function explainIssues(issues: readonly Issue[], whole = 'body'): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys')
      return [{ field: fieldOf(issue.path, whole), rule: ruleOf(issue) }];
    return issue.keys.map((key) => ({
      field: fieldOf([...issue.path, key], whole),
      rule: 'is not a known field',
    }));
  });
}

function fieldOf(path: readonly PropertyKey[], whole: string): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text === '' ? whole : text.replace(/^\./, '');
}

function ruleOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is required'
        : `must be ${article(issue.expected)}`;
    case 'too_small':
      return `must be ${sized(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum)}`;
    case 'too_big':
      return `must be ${sized(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum)}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'has the wrong form';
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'custom':
      return issue.message;
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      return 'is not valid';
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'must be a UUID',
  datetime: 'must be an ISO 8601 time with a zone, such as 2025-06-09T12:00:00Z',
  url: 'must be a URL',
};

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a JSON object',
  int: 'a whole number',
};

const article = (expected: string) => NAMES[expected] ?? `a ${expected}`;

function sized(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `${bound} ${limit} character${limit === 1 ? '' : 's'} long`;
  if (origin === 'array') return `a list of ${bound} ${limit} item${limit === 1 ? '' : 's'}`;
  return `${bound} ${limit}`;
}
