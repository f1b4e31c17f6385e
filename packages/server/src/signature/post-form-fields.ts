import type { Credential } from './credential.ts'
import { SignatureFault } from './signature-fault.ts'
import { spacedHex } from './signature-mismatch.ts'

/** Who signed a form. */
export interface FormSignature<Found extends Credential = Credential> {
  readonly form: 'form'
  readonly version: 2 | 4
  readonly accessKeyId: string
  readonly credential: Found
  readonly signedAtMilliseconds: number | undefined
}

/** The policy of a form has every field in it, a key that the client brings (SSE-C) too: then it is not shown. */
const REDACTED_POLICY = { StringToSign: 'REDACTED', StringToSignBytes: spacedHex('REDACTED') }

/** A field that has to be there. `name` is in lower case, `shown` as the documentation writes it. */
export function requiredField(fields: ReadonlyMap<string, string>, name: string, shown = name): string {
  const text = fields.get(name)
  if (text) return text
  const message = `Bucket POST must contain a field named '${shown}'.  If it is specified, please check the order of the fields.`
  throw invalidField(shown, '', message)
}

/** Byte for byte as it was sent: a letter beyond Latin-1 is not to pass for one of the policy that was signed. */
export function policyBytes(policy: string): string {
  return Buffer.from(policy).toString('latin1')
}

/** What an answer to a wrong signature shows in place of the policy where that has a key in it. */
export function shownOfPolicy(fields: ReadonlyMap<string, string>): Record<string, string> {
  return fields.has('x-amz-server-side-encryption-customer-key') ? REDACTED_POLICY : {}
}

export function invalidField(ArgumentName: string, ArgumentValue: string, message: string): SignatureFault {
  return new SignatureFault('InvalidArgument', message, { ArgumentName, ArgumentValue })
}
