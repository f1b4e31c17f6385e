import type { Account } from '../../../access/accounts.ts'
import { pathAndNameOf, ROOT_DEVICE } from '../../../identities/mfa-serial-number.ts'
import { iamMfaDevices, type IamMfaDeviceRow } from '../../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { notImplemented, QueryError } from '../../../model/query-error.ts'

/** A virtual device by its serial number, wherever it is read. */
export interface DeviceName {
  readonly serialNumber: string
  readonly accountId: string
  readonly pathAndName: string
}

/** Throws NoSuchEntity for what is no virtual device of the account, and NotImplemented for one of its config. */
export function deviceName(account: Account, serialNumber: string): DeviceName {
  if (isOfConfig(account, serialNumber)) {
    throw notImplemented(`Changing the MFA device ${serialNumber}, which stands in the config,`)
  }
  const pathAndName = pathAndNameOf(account.id, serialNumber)
  if (pathAndName === undefined) throw noSuchDevice(serialNumber)
  return { serialNumber, accountId: account.id, pathAndName }
}

export function isOfConfig({ mfaDevices = [] }: Account, serialNumber: string): boolean {
  return mfaDevices.some((device) => device.serialNumber === serialNumber)
}

/** Whether a device is or would be the root user's. */
export function isOfRoot(account: Account, serialNumber: string): boolean {
  return pathAndNameOf(account.id, serialNumber) === ROOT_DEVICE || isOfConfig(account, serialNumber)
}

/** The device as it is now. */
export async function deviceForWrite(
  transaction: Transaction,
  { serialNumber, accountId, pathAndName }: DeviceName,
): Promise<IamMfaDeviceRow> {
  const row = await transaction.get(iamMfaDevices, accountId, pathAndName)
  if (row) return row
  throw noSuchDevice(serialNumber)
}

export function noSuchDevice(serialNumber: string): QueryError {
  return new QueryError('NoSuchEntity', `MFA Device with serial number ${serialNumber} does not exist.`)
}

export function notTheUsers(): QueryError {
  return new QueryError('NoSuchEntity', 'MFA Device invalid for user.')
}
