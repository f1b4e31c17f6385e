import type { Account } from '../../../access/accounts.ts'
import type { SigningCaller } from '../../../identities/signing-caller.ts'
import { ROOT_DEVICE } from '../../../identities/mfa-serial-number.ts'
import { iamUsers, type IamUserRow } from '../../../metadata/tables/iam-tables.ts'
import type { Transaction } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { entityForWrite } from '../../shared/named-entity.ts'
import { type FoundUser, users } from '../../shared/users.ts'
import { isOfRoot } from './found-device.ts'

/** Whose a device is: a user or the root user. */
export interface DeviceHolder {
  readonly id: string
  readonly name: string
  /** Throws LimitExceeded, and NoSuchEntity where the user is gone. */
  add(transaction: Transaction, pathAndName: string): Promise<void>
  remove(transaction: Transaction, pathAndName: string): Promise<void>
}

/** Source: IAM User Guide, "IAM and AWS STS quotas". */
const MOST_DEVICES = 8

export function userHolder(user: FoundUser): DeviceHolder {
  const change = async (
    transaction: Transaction,
    devicesOf: (before: readonly string[]) => readonly string[],
  ): Promise<void> => {
    const row: IamUserRow = await entityForWrite(transaction, users, user)
    transaction.put(iamUsers, [user.id], { ...row, mfaDevices: devicesOf(row.mfaDevices ?? []) })
  }
  return {
    id: user.id,
    name: user.row.name,
    add: (transaction, pathAndName) =>
      change(transaction, (before) => {
        if (before.length < MOST_DEVICES) return [...before, pathAndName]
        throw new QueryError('LimitExceeded', `Cannot exceed quota for MFADevicesPerUser: ${MOST_DEVICES}`)
      }),
    remove: (transaction, pathAndName) =>
      change(transaction, (before) => before.filter((device) => device !== pathAndName)),
  }
}

/** Has no row: the name of its device tells whose it is. */
export function rootHolder({ id, name }: Account): DeviceHolder {
  return { id, name, add: () => Promise.resolve(), remove: () => Promise.resolve() }
}

/** Whether a root user speaks of its own device, by the name that GetUser tells it. */
export function meansRoot(
  { UserName, SerialNumber }: { readonly UserName?: string | undefined; readonly SerialNumber: string },
  { account }: SigningCaller,
): boolean {
  return UserName === account.name && isOfRoot(account, SerialNumber)
}

/** The root user's device is nobody else's, and the root user has no other. */
export function mayHold({ id }: DeviceHolder, account: Account, pathAndName: string): boolean {
  return (id === account.id) === (pathAndName === ROOT_DEVICE)
}
