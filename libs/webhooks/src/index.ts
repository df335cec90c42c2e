export { decryptSecret, encryptSecret, generateSecret, keyId } from './secrets.ts';
export { signRequest, type Signable } from './sign-request.ts';
export { TOLERANCE_SECONDS, verifySignature, type Received, type Verdict } from './verify-signature.ts';
