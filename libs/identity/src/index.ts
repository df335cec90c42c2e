export { checkPassword, MIN_PASSWORD_LENGTH } from './check-password.ts';
export type { PeopleSettings } from './create-auth.ts';
export { Identity, type Browser, type SignedIn } from './identity.ts';
export { hashPassword } from './hash-password.ts';
