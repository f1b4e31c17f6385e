import { checkSignature, TextToSign } from './check-signature.ts'
import type { Credential } from './credential.ts'
import { parseCredential, requireSameDay, sessionTokenOf } from './credential-scope.ts'
import { SignatureFault, unsupportedMechanism } from './signature-fault.ts'
import { SIGNATURE_LIFE_SECONDS } from './signature-life.ts'
import {
  type FormSignature,
  invalidField,
  policyBytes,
  requiredField,
  shownOfPolicy,
} from './post-form-fields.ts'
import { isVersionTwoForm, verifyVersionTwoForm } from './post-form-version-two.ts'
import { parseTimestamp } from './timestamp.ts'
import type { VerifyOptions } from './verify-signature.ts'

/** In the order in which S3 misses them. */
const REQUIRED = ['policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature'] as const

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
  if (isVersionTwoForm(fields)) return verifyVersionTwoForm(fields, options)
  if (!REQUIRED.some((name) => fields.has(name))) return undefined
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
  const sessionToken = sessionTokenOf(
    endpoint,
    fields.get('x-amz-security-token'),
    fields.get('x-amz-s3session-token'),
  )
  const signedBy = { scope, sessionToken, signature }
  const { credential } = await checkSignature(signedBy, [new TextToSign(policyBytes(policy))], options, () =>
    shownOfPolicy(fields),
  )
  const signedAtMilliseconds = timestamp.milliseconds
  requireLiving(signedAtMilliseconds, options.now)
  return { form: 'form', version: 4, accessKeyId: scope.accessKeyId, credential, signedAtMilliseconds }
}

/** However late the policy expires: a signature of Version 4 does before. */
function requireLiving(signedAtMilliseconds: number, now: Date): void {
  if (now.getTime() <= signedAtMilliseconds + SIGNATURE_LIFE_SECONDS * 1000) return
  throw new SignatureFault('AccessDenied', 'Invalid according to Policy: Policy expired.')
}

type Values = readonly [
  policy: string,
  algorithm: string,
  credential: string,
  date: string,
  signature: string,
]

function required(fields: ReadonlyMap<string, string>): Values {
  const value = (name: (typeof REQUIRED)[number]): string => requiredField(fields, name)
  const [policy, algorithm, credential, date, signature] = REQUIRED
  return [value(policy), value(algorithm), value(credential), value(date), value(signature)]
}

function requireAlgorithm(algorithm: string): void {
  if (algorithm === 'AWS4-HMAC-SHA256') return
  if (algorithm === 'AWS4-ECDSA-P256-SHA256') throw unsupportedMechanism()
  throw invalidField('x-amz-algorithm', algorithm, 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
}
