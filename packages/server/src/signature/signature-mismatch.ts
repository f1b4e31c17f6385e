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

/** `47 45 54`: the bytes of a text that holds a byte per character. */
export function spacedHex(text: string): string {
  return Buffer.from(text, 'latin1')
    .toString('hex')
    .replaceAll(/..(?!$)/g, '$& ')
}
