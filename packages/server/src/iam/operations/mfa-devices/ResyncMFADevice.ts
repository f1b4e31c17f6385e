import type { IamInputs } from '../../../model/iam-types.gen.ts'
import type { IamContext } from '../../shared/iam-service.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { type DeviceHolder, meansRoot, rootHolder, userHolder } from './device-holder.ts'
import { deviceName, notTheUsers } from './found-device.ts'
import { hearTwoCodes } from './hear-two-codes.ts'

/** Finds out how far the clock of a device is off, by two codes in a row, and keeps it. */
export const ResyncMFADevice = defineUserOperation('ResyncMFADevice', {
  meansRoot,
  handle: (user, input, context) => resync(userHolder(user), input, context),
  handleRoot: (input, context) => resync(rootHolder(context.caller.account), input, context),
})

async function resync(
  { id }: DeviceHolder,
  input: IamInputs['ResyncMFADevice'],
  { service, caller: { account } }: IamContext,
): Promise<Record<string, never>> {
  await hearTwoCodes(service, deviceName(account, input.SerialNumber), input, {
    check(row) {
      if (row.holder?.id !== id) throw notTheUsers()
    },
    change: (row, { driftSteps }) =>
      Promise.resolve({ ...row, ...(row.holder && { holder: { ...row.holder, driftSteps } }) }),
  })
  return {}
}
