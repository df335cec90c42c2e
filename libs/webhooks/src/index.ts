export { MasterKeys } from './master-keys.ts';
export { decryptSecret, encryptSecret, generateSecret, rewrapSecret } from './secrets.ts';
export { signRequest, type Signable } from './sign-request.ts';
export { TOLERANCE_SECONDS, verifySignature, type Received, type Verdict } from './verify-signature.ts';
export {
  brokenNameRule,
  brokenValueRule,
  headerOwner,
  isReservedHeader,
  MASKED,
  MAX_CUSTOM_HEADERS,
} from './custom-headers.ts';
