import type { ContextKeys } from '../../../access/request-context.ts'
import { authorizeCall } from '../../../identities/authorize-call.ts'
import { pathAndNameOf } from '../../../identities/mfa-serial-number.ts'
import { iamMfaDevices, type IamMfaDeviceRow } from '../../../metadata/tables/iam-tables.ts'
import { readRow, transact, type Transaction } from '../../../metadata/transaction.ts'
import type { IamInputs, IamOutputs } from '../../../model/iam-types.gen.ts'
import type { IamContext, IamService } from '../../shared/iam-service.ts'
import type { IamOperation } from '../../shared/operation.ts'
import { resourceTagKeys } from '../../shared/tags.ts'
import { deviceForWrite, deviceName, type DeviceName, noSuchDevice } from './found-device.ts'

type Name = 'DeleteVirtualMFADevice' | 'ListMFADeviceTags' | 'TagMFADevice' | 'UntagMFADevice'

export interface FoundDevice extends DeviceName {
  readonly row: IamMfaDeviceRow
}

/**
 * Declares an operation on the device that `SerialNumber` names, whoever's it is. Whoever may not do it learns nothing of whether
 * there is such a one.
 */
export function defineDeviceOperation<Of extends Name>(
  name: Of,
  declaration: {
    keys?(input: IamInputs[Of]): ContextKeys
    handle(device: FoundDevice, input: IamInputs[Of], context: IamContext): Promise<IamOutputs[Of]>
  },
): IamOperation {
  const action = `iam:${name}` as const
  const run = async (given: Readonly<Record<string, unknown>>, context: IamContext) => {
    const input = given as unknown as IamInputs[Of]
    const { SerialNumber } = input
    const { service, caller } = context
    const row = await rowOf(service, caller.account.id, SerialNumber)
    const keys = { ...resourceTagKeys(row?.tags), ...declaration.keys?.(input) }
    authorizeCall(service, caller, { action, resource: SerialNumber, keys })
    const named = deviceName(caller.account, SerialNumber)
    if (!row) throw noSuchDevice(SerialNumber)
    const output = await declaration.handle({ ...named, row }, input, context)
    return output as unknown as Readonly<Record<string, unknown>>
  }
  return { name, action, run }
}

function rowOf({ metadata }: IamService, accountId: string, serialNumber: string) {
  const pathAndName = pathAndNameOf(accountId, serialNumber)
  return pathAndName === undefined ? undefined : readRow(metadata, iamMfaDevices, accountId, pathAndName)
}

/** Writes the row of a device that may have changed, or gone, since it was found. */
export async function changeDevice(
  { metadata }: Pick<IamService, 'metadata'>,
  device: DeviceName,
  change: (row: IamMfaDeviceRow, transaction: Transaction) => IamMfaDeviceRow | Promise<IamMfaDeviceRow>,
): Promise<void> {
  await transact(metadata, async (transaction) => {
    const row = await change(await deviceForWrite(transaction, device), transaction)
    transaction.put(iamMfaDevices, [device.accountId, device.pathAndName], row)
  })
}
