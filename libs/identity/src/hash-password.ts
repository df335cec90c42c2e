import { hashPassword as hash } from 'better-auth/crypto';

/** A password as it is stored: scrypt with a salt of its own. */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}
