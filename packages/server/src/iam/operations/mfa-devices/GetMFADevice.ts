import { pathAndNameOf } from '../../../identities/mfa-serial-number.ts'
import { iamMfaDevices } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { IamInputs, IamOutputs } from '../../../model/iam-types.gen.ts'
import type { IamContext } from '../../shared/iam-service.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { type DeviceHolder, meansRoot, rootHolder, userHolder } from './device-holder.ts'
import { isOfConfig, notTheUsers } from './found-device.ts'

export const GetMFADevice = defineUserOperation('GetMFADevice', {
  meansRoot,
  handle: (user, input, context) => shown(userHolder(user), input, context),
  handleRoot(input, context) {
    const { account } = context.caller
    const { SerialNumber } = input
    if (!isOfConfig(account, SerialNumber)) return shown(rootHolder(account), input, context)
    return Promise.resolve({ UserName: account.name, SerialNumber })
  },
})

async function shown(
  { id, name }: DeviceHolder,
  { SerialNumber }: IamInputs['GetMFADevice'],
  { service: { metadata }, caller: { account } }: IamContext,
): Promise<IamOutputs['GetMFADevice']> {
  const pathAndName = pathAndNameOf(account.id, SerialNumber)
  const row = pathAndName && (await readRow(metadata, iamMfaDevices, account.id, pathAndName))
  if (!row || row.holder?.id !== id) throw notTheUsers()
  return { UserName: name, SerialNumber, EnableDate: new Date(row.holder.enabledMilliseconds) }
}
