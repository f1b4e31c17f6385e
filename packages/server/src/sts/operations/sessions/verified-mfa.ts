import type { SigningCaller } from '../../../identities/signing-caller.ts'
import { type CodeOutcome, hearMfaCode } from '../../../identities/mfa-codes.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { StsService } from '../../shared/sts-service.ts'

interface GivenCode {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/** Whether the request brings a code of one of the caller's own devices; false where it brings none. Throws AccessDenied. */
export async function hasVerifiedMfa(
  service: StsService,
  { principal, account }: SigningCaller,
  { SerialNumber: serialNumber, TokenCode: code }: GivenCode,
): Promise<boolean> {
  if (serialNumber === undefined && code === undefined) return false
  if (serialNumber === undefined || code === undefined) {
    throw refused(', must provide both MFA serial number and one time pass code.')
  }
  // The devices of the config are of root users.
  const ofConfig = principal.kind === 'account' ? account.mfaDevices : undefined
  const outcome = await hearMfaCode(service, principal, { serialNumber, code }, ofConfig)
  if (outcome === 'right') return true
  throw refused(REASONS[outcome], outcome)
}

/** Of all codes that are not right alike: nobody learns whether one was, or is not even looked at. */
const WRONG_CODE = ' with invalid MFA one time pass code.'

const REASONS: Readonly<Record<Exclude<CodeOutcome, 'right'>, string>> = {
  unknown:
    ', unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.',
  wrong: WRONG_CODE,
  spent: WRONG_CODE,
  unheard: WRONG_CODE,
}

function refused(reason: string, outcome?: CodeOutcome): QueryError {
  const cause = outcome && new Error(`the device or its code is ${outcome}`)
  return new QueryError('AccessDenied', `MultiFactorAuthentication failed${reason}`, { cause })
}

/**
 * The caller as the policies of a role and of its own see it that ask for a code of an MFA device. The session of the role does not
 * have it. Source: IAM User Guide, "Secure API access with MFA": "The temporary credentials returned by AssumeRole do not include
 * MFA information in the context".
 */
export async function withMfa(
  service: StsService,
  caller: SigningCaller,
  given: GivenCode,
): Promise<SigningCaller> {
  if (!(await hasVerifiedMfa(service, caller, given))) return caller
  return { ...caller, traits: { ...caller.traits, mfaAt: service.clock.now() } }
}
