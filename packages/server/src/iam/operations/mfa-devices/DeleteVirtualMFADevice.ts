import { secretOfDevice } from '../../../identities/mfa-codes.ts'
import { wrongGuesses } from '../../../metadata/tables/guess-tables.ts'
import { iamMfaDevices } from '../../../metadata/tables/iam-tables.ts'
import { mfaUses } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineDeviceOperation } from './device-operation.ts'
import { deviceForWrite } from './found-device.ts'

export const DeleteVirtualMFADevice = defineDeviceOperation('DeleteVirtualMFADevice', {
  async handle(device, _, { service }) {
    const { accountId, pathAndName, serialNumber } = device
    const { kind, whose } = secretOfDevice(accountId, serialNumber)
    await transact(service.metadata, async (transaction) => {
      const { holder } = await deviceForWrite(transaction, device)
      if (holder) throw new QueryError('DeleteConflict', 'MFA VirtualDevice in use. Must deactivate first.')
      transaction.remove(iamMfaDevices, accountId, pathAndName)
      transaction.remove(mfaUses, serialNumber)
      transaction.remove(wrongGuesses, kind, whose)
    })
    return {}
  },
})
