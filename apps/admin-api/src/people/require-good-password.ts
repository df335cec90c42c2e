import { checkPassword } from '#identity';
import { invalid } from '#service';

/** @throws a 400 that names the field and the rule which the new password breaks */
export function requireGoodPassword(password: string, known: readonly string[], field = 'password'): void {
  const rule = checkPassword(password, known);
  if (rule !== undefined) throw invalid([{ field, rule }]);
}
