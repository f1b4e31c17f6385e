import { findDrift } from '../../../access/totp.ts'
import { openedSeed, secretOfDevice, useTimeStep } from '../../../identities/mfa-codes.ts'
import { iamMfaDevices, type IamMfaDeviceRow } from '../../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { IamService } from '../../shared/iam-service.ts'
import { deviceForWrite, type DeviceName } from './found-device.ts'

/** What two codes in a row tell. */
export interface Synchronized {
  readonly driftSteps: number
  readonly now: Date
}

export interface TwoCodesUse {
  /** Throws where the device is not the one that is meant: before codes count. */
  check(row: IamMfaDeviceRow): void
  change(row: IamMfaDeviceRow, found: Synchronized, transaction: Transaction): Promise<IamMfaDeviceRow>
}

/**
 * Believes two codes that a device shows one after the other, and writes what `change` makes of its row in the same commit. Both
 * are used up, and all before them; wrong ones are counted. Throws InvalidAuthenticationCode.
 */
export async function hearTwoCodes(
  { guesses, storeKeys }: IamService,
  device: DeviceName,
  codes: { readonly AuthenticationCode1: string; readonly AuthenticationCode2: string },
  use: TwoCodesUse,
): Promise<void> {
  const { accountId, pathAndName, serialNumber } = device
  const outcome = await guesses.hear(secretOfDevice(accountId, serialNumber), async (transaction, now) => {
    const row = await deviceForWrite(transaction, device)
    use.check(row)
    const seed = await openedSeed(storeKeys, serialNumber, row)
    const found = findDrift(seed, [codes.AuthenticationCode1, codes.AuthenticationCode2], now)
    const heard = await useTimeStep(transaction, serialNumber, found?.timeStep)
    if (!found || heard !== 'right') return heard
    const changed = await use.change(row, { driftSteps: found.driftSteps, now }, transaction)
    transaction.put(iamMfaDevices, [accountId, pathAndName], changed)
    return heard
  })
  if (outcome === 'right') return
  const cause = new Error(`the codes are ${outcome}`)
  throw new QueryError('InvalidAuthenticationCode', 'Authentication code for device is not valid.', { cause })
}
