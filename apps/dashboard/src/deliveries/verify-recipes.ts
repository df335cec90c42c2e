type Headers = Readonly<Record<string, string>>;

/** How to verify one very signature in a language. */
export interface Recipe {
  id: string;
  label: string;
  write: (headers: Headers) => string;
}

// Both stand in the code as text: digits and hexadecimal ones, so that nothing else can get in.
const timestampOf = (headers: Headers) => only(/^\d+$/, headers, 'X-Ttoolab-Timestamp');
const signatureOf = (headers: Headers) => only(/^[0-9a-f]+$/, headers, 'X-Ttoolab-Signature');

function only(allowed: RegExp, headers: Headers, name: string): string {
  const found =
    Object.entries(headers).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1] ?? '';
  return allowed.test(found) ? found : '';
}

/** Each takes the timestamp immediately followed by the raw body, keyed with the whole secret. */
export const RECIPES: readonly Recipe[] = [
  {
    id: 'node',
    label: 'Node',
    write: (headers) => `import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

const body = readFileSync('payload.json');
const secret = process.env.TTOOLAB_WEBHOOK_SECRET;
const timestamp = '${timestampOf(headers)}';
const signature = '${signatureOf(headers)}';

const expected = createHmac('sha256', secret).update(timestamp).update(body).digest();
console.log(timingSafeEqual(expected, Buffer.from(signature, 'hex')));`,
  },
  {
    id: 'python',
    label: 'Python',
    write: (headers) => `import hashlib, hmac, os

body = open("payload.json", "rb").read()
secret = os.environ["TTOOLAB_WEBHOOK_SECRET"].encode()
timestamp = b"${timestampOf(headers)}"
signature = "${signatureOf(headers)}"

expected = hmac.new(secret, timestamp + body, hashlib.sha256).hexdigest()
print(hmac.compare_digest(expected, signature))`,
  },
  {
    id: 'go',
    label: 'Go',
    write: (headers) => `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
)

func main() {
	body, _ := os.ReadFile("payload.json")
	mac := hmac.New(sha256.New, []byte(os.Getenv("TTOOLAB_WEBHOOK_SECRET")))
	mac.Write([]byte("${timestampOf(headers)}"))
	mac.Write(body)
	signature, _ := hex.DecodeString("${signatureOf(headers)}")
	fmt.Println(hmac.Equal(mac.Sum(nil), signature))
}`,
  },
];
