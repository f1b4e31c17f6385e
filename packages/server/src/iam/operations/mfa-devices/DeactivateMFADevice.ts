import { iamMfaDevices } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import type { IamInputs } from '../../../model/iam-types.gen.ts'
import type { IamContext } from '../../shared/iam-service.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { type DeviceHolder, meansRoot, rootHolder, userHolder } from './device-holder.ts'
import { deviceForWrite, deviceName, notTheUsers } from './found-device.ts'

/** The device is nobody's then, and is there still. Codes that were used stay used. */
export const DeactivateMFADevice = defineUserOperation('DeactivateMFADevice', {
  meansRoot,
  handle: (user, input, context) => deactivate(userHolder(user), input, context),
  handleRoot: (input, context) => deactivate(rootHolder(context.caller.account), input, context),
})

async function deactivate(
  holder: DeviceHolder,
  { SerialNumber }: IamInputs['DeactivateMFADevice'],
  { service, caller: { account } }: IamContext,
): Promise<Record<string, never>> {
  const device = deviceName(account, SerialNumber)
  const { accountId, pathAndName } = device
  await transact(service.metadata, async (transaction) => {
    const { holder: before, ...row } = await deviceForWrite(transaction, device)
    if (before?.id !== holder.id) throw notTheUsers()
    transaction.put(iamMfaDevices, [accountId, pathAndName], row)
    await holder.remove(transaction, pathAndName)
  })
  return {}
}
