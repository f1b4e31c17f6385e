import { checkSignature } from './check-signature.ts'
import type { Credential } from './credential.ts'
import { parseCredential, requireSameDay } from './credential-scope.ts'
import { SignatureFault, unsupportedMechanism } from './signature-fault.ts'
import { spacedHex } from './signature-mismatch.ts'
import { parseTimestamp } from './timestamp.ts'
import type { VerifyOptions } from './verify-signature.ts'

/** Who signed a form. */
export interface FormSignature<Found extends Credential = Credential> {
  readonly form: 'form'
  readonly accessKeyId: string
  readonly credential: Found
  readonly signedAt: Date
}

/** In the order in which S3 misses them. */
const REQUIRED = ['policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature'] as const

/** The policy of a form has every field in it, a key that the client brings (SSE-C) too: then it is not shown. */
const REDACTED_POLICY = { StringToSign: 'REDACTED', StringToSignBytes: spacedHex('REDACTED') }

/**
 * Checks the signature of a POST form, whose string to sign is the policy as it was sent. Names of fields are in lower
 * case. Resolves to `undefined` for a form with neither policy nor signature, which is anonymous; throws
 * `SignatureFault`. When the policy expires is for its reader to see. Source: S3 API Reference, "Authenticating
 * Requests: Browser-Based Uploads Using POST".
 */
export async function verifyPostForm<Found extends Credential>(
  fields: ReadonlyMap<string, string>,
  options: VerifyOptions<Found>,
): Promise<FormSignature<Found> | undefined> {
  if (!REQUIRED.some((name) => fields.has(name))) {
    if (fields.has('awsaccesskeyid') || fields.has('signature')) throw unsupportedMechanism()
    return undefined
  }
  const [policy, algorithm, credentialText, date, signature] = required(fields)
  requireAlgorithm(algorithm)
  const endpoint = { region: options.region, services: options.services ?? ['s3'] }
  const scope = parseCredential(credentialText, 'form', endpoint)
  const timestamp = parseTimestamp(date)
  if (!timestamp) {
    throw invalidField(
      'x-amz-date',
      date,
      `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'"`,
    )
  }
  requireSameDay(scope, timestamp.text, 'form')
  const bringsKey = fields.has('x-amz-server-side-encryption-customer-key')
  const sessionToken = fields.get('x-amz-security-token')
  // Byte for byte as it was sent: a letter beyond Latin-1 is not to pass for one of the policy that was signed.
  const stringToSign = Buffer.from(policy).toString('latin1')
  const { credential } = await checkSignature({ scope, sessionToken, signature }, stringToSign, options, () =>
    bringsKey ? REDACTED_POLICY : {},
  )
  const signedAt = new Date(timestamp.milliseconds)
  return { form: 'form', accessKeyId: scope.accessKeyId, credential, signedAt }
}

type Values = readonly [
  policy: string,
  algorithm: string,
  credential: string,
  date: string,
  signature: string,
]

function required(fields: ReadonlyMap<string, string>): Values {
  // Signature Version 2 has a policy too.
  if (fields.has('awsaccesskeyid') && !fields.has('x-amz-algorithm')) throw unsupportedMechanism()
  const value = (name: (typeof REQUIRED)[number]): string => {
    const text = fields.get(name)
    if (text) return text
    const message = `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`
    throw invalidField(name, '', message)
  }
  const [policy, algorithm, credential, date, signature] = REQUIRED
  return [value(policy), value(algorithm), value(credential), value(date), value(signature)]
}

function requireAlgorithm(algorithm: string): void {
  if (algorithm === 'AWS4-HMAC-SHA256') return
  if (algorithm === 'AWS4-ECDSA-P256-SHA256') throw unsupportedMechanism()
  throw invalidField('x-amz-algorithm', algorithm, 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
}

function invalidField(ArgumentName: string, ArgumentValue: string, message: string): SignatureFault {
  return new SignatureFault('InvalidArgument', message, { ArgumentName, ArgumentValue })
}
