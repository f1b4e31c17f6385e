import type { User } from '../../access/principal.ts'
import { hearMfaCode, type MfaService } from '../../identities/mfa-codes.ts'
import { mfaSerialNumber } from '../../identities/mfa-serial-number.ts'
import { AdministrationError } from '../administration-error.ts'
import { refused } from './refused.ts'

interface GivenCode {
  readonly code?: string | undefined
  readonly serialNumber?: string | undefined
}

/**
 * Whether a code of one of the user's devices came along; false for a user without any. Throws CodeRequired where one is needed and
 * none, or none that tells its device, came, and SignInRefused for one that is not right.
 */
export async function hasGivenCode(
  service: MfaService,
  principal: User,
  devices: readonly string[],
  { code, serialNumber: given }: GivenCode,
): Promise<boolean> {
  if (devices.length === 0) return false
  const serialNumbers = devices.map((device) => mfaSerialNumber(principal.account.id, device))
  const serialNumber = given ?? (serialNumbers.length === 1 ? serialNumbers[0] : undefined)
  if (code === undefined || serialNumber === undefined) {
    const which = code === undefined ? '' : ' Say by serialNumber which device it is of.'
    const fields = { devices: serialNumbers }
    throw new AdministrationError('CodeRequired', `A code of an MFA device is needed.${which}`, { fields })
  }
  const outcome = await hearMfaCode(service, principal, { serialNumber, code })
  if (outcome === 'right') return true
  throw refused(`the code or its device is ${outcome}`)
}
