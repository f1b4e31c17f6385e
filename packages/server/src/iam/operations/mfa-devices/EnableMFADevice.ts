import type { IamInputs } from '../../../model/iam-types.gen.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { IamContext } from '../../shared/iam-service.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { type DeviceHolder, mayHold, meansRoot, rootHolder, userHolder } from './device-holder.ts'
import { deviceName, noSuchDevice } from './found-device.ts'
import { hearTwoCodes } from './hear-two-codes.ts'

/** Makes a device somebody's, who shows two codes of it in a row. How far its clock is off is kept. */
export const EnableMFADevice = defineUserOperation('EnableMFADevice', {
  meansRoot,
  handle: (user, input, context) => enable(userHolder(user), input, context),
  handleRoot: (input, context) => enable(rootHolder(context.caller.account), input, context),
})

async function enable(
  holder: DeviceHolder,
  input: IamInputs['EnableMFADevice'],
  { service, caller: { account } }: IamContext,
): Promise<Record<string, never>> {
  const device = deviceName(account, input.SerialNumber)
  if (!mayHold(holder, account, device.pathAndName)) throw noSuchDevice(input.SerialNumber)
  await hearTwoCodes(service, device, input, {
    check(row) {
      if (!row.holder) return
      throw new QueryError('EntityAlreadyExists', 'MFA Device is already in use.')
    },
    async change(row, { driftSteps, now }, transaction) {
      await holder.add(transaction, device.pathAndName)
      return { ...row, holder: { id: holder.id, enabledMilliseconds: now.getTime(), driftSteps } }
    },
  })
  return {}
}
