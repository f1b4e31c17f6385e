import type { SignatureMismatch } from '../base/payload-integrity.ts'

/** The fields S3 answers a wrong signature with, so that a client can compare its own computation. */
export function signatureMismatch(
  accessKeyId: string,
  stringToSign: string,
  signatureProvided: string,
): SignatureMismatch {
  return {
    AWSAccessKeyId: accessKeyId,
    StringToSign: stringToSign,
    SignatureProvided: signatureProvided,
    StringToSignBytes: spacedHex(stringToSign),
  }
}

/** The value of a key that a client brings, as a header or a parameter of a canonical request. */
const CUSTOMER_KEY = /((?:^|[\n&])x-amz-(?:copy-source-)?server-side-encryption-customer-key[:=])[^\n&]*/gi

/**
 * A canonical request as it may be shown: with `REDACTED` in place of keys that a client brought (SSE-C). The answer may
 * be seen by more eyes than the request: SDKs put it into exceptions, and those into logs.
 */
export function withoutCustomerKeys(canonicalRequest: string): string {
  return canonicalRequest.replaceAll(CUSTOMER_KEY, '$1REDACTED')
}

/** `47 45 54`: the bytes of a text that holds a byte per character. */
export function spacedHex(text: string): string {
  return Buffer.from(text, 'latin1')
    .toString('hex')
    .replaceAll(/..(?!$)/g, '$& ')
}
