import { z } from 'zod';

const MAX_NAME = 200;
// Longer ones are refused when they are set; hashing them at sign-in would only cost time.
const MAX_PASSWORD = 128;

/** A name of a person, a tenant, a project or a key. */
export const nameText = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME)
  .refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters');

/** An address, in lower case: that is how it is stored, so that one person is one person. */
export const emailText = z
  .string()
  .trim()
  .max(254)
  .transform((text) => text.toLowerCase())
  .pipe(z.email('must be an e-mail address'));

const newPassword = z
  .string()
  .min(1)
  .max(MAX_PASSWORD)
  .describe('At least 12 characters, none that are easy to guess.');
const knownPassword = z.string().min(1).max(MAX_PASSWORD);
const token = z.string().min(1).max(200).describe('From the link.');

export const setupBody = z.strictObject({
  token,
  tenantName: nameText.describe('Name of the first tenant.'),
  name: nameText,
  email: emailText,
  password: newPassword,
});
export const signInBody = z.strictObject({ email: emailText, password: knownPassword });
export const forgotBody = z.strictObject({ email: emailText });
export const resetBody = z.strictObject({ token, password: newPassword });
export const tokenBody = z.strictObject({ token });
export const acceptBody = z.strictObject({
  token,
  name: nameText.optional().describe('Of a person who is new here.'),
  password: newPassword.optional(),
});
export const profileBody = z.strictObject({ name: nameText });
export const changePasswordBody = z.strictObject({ currentPassword: knownPassword, newPassword });
export const changeEmailBody = z.strictObject({
  email: emailText,
  password: knownPassword.describe('The one that you sign in with.'),
});
export const namedBody = z.strictObject({ name: nameText });
