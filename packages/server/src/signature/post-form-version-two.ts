import { type FormSignature, policyBytes, requiredField, shownOfPolicy } from './post-form-fields.ts'
import type { Credential } from './credential.ts'
import { unsupportedMechanism } from './signature-fault.ts'
import { checkVersionTwo, type VersionTwoOptions } from './verify-version-two.ts'

const OF_VERSION_FOUR = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-signature']

/** Whether a form means to be signed with Version 2. */
export function isVersionTwoForm(fields: ReadonlyMap<string, string>): boolean {
  if (!fields.has('awsaccesskeyid') && !fields.has('signature')) return false
  return !OF_VERSION_FOUR.some((name) => fields.has(name))
}

/**
 * Checks the signature of Version 2 of a POST form. Source: S3 User Guide, "Browser-based uploads using POST (AWS
 * signature version 2)".
 */
export async function verifyVersionTwoForm<Found extends Credential>(
  fields: ReadonlyMap<string, string>,
  options: VersionTwoOptions<Found>,
): Promise<FormSignature<Found>> {
  if (!options.versionTwo) throw unsupportedMechanism()
  const policy = requiredField(fields, 'policy')
  const accessKeyId = requiredField(fields, 'awsaccesskeyid', 'AWSAccessKeyId')
  const signature = requiredField(fields, 'signature')
  const sessionToken = fields.get('x-amz-security-token')
  const signedBy = { accessKeyId, sessionToken, signature }
  const credential = await checkVersionTwo(signedBy, [policyBytes(policy)], options, () =>
    shownOfPolicy(fields),
  )
  return { form: 'form', version: 2, accessKeyId, credential, signedAtMilliseconds: undefined }
}
