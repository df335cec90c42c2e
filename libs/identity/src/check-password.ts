import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** Shorter passwords are refused. */
export const MIN_PASSWORD_LENGTH = 12;
// Longer ones cost time to judge and to hash, and are no harder to guess.
const MAX_PASSWORD_LENGTH = 128;
/** Below this, zxcvbn holds a password to be guessable with a list of common ones and patterns. */
const MIN_SCORE = 3;
const OF_THE_PRODUCT = ['ttoolab', 'hub', 'webhook', 'webhooks'];

let estimator: ZxcvbnFactory | undefined;

/**
 * The rule that a new password breaks, or undefined: long enough, and neither among common passwords nor made of such,
 * of patterns or of what is known of the person.
 * @param known e-mail, name and the like, which guessing begins with
 */
export function checkPassword(password: string, known: readonly string[] = []): string | undefined {
  if (password.length < MIN_PASSWORD_LENGTH) return `must have at least ${MIN_PASSWORD_LENGTH} characters`;
  if (password.length > MAX_PASSWORD_LENGTH) return `must have at most ${MAX_PASSWORD_LENGTH} characters`;
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: MAX_PASSWORD_LENGTH });
  const words = known
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .filter((text) => text !== '');
  const { score } = estimator.check(password, [...words, ...OF_THE_PRODUCT]);
  if (score >= MIN_SCORE) return undefined;
  return 'is too easy to guess: it is a common password, or made of common words, patterns, your name or your address';
}
