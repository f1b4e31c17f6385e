import type { Account } from '../../../access/accounts.ts'
import { mfaSerialNumber, ROOT_DEVICE } from '../../../identities/mfa-serial-number.ts'
import { iamMfaDevices } from '../../../metadata/tables/iam-tables.ts'
import type { MFADevice } from '../../../model/iam-types.gen.ts'
import type { IamService } from '../../shared/iam-service.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { pageOfList } from '../../shared/page.ts'

/** The devices of a user, or of the root user with those of the config. */
export const ListMFADevices = defineUserOperation('ListMFADevices', {
  async handle({ id, row }, input, { service }) {
    const { items, rest } = pageOfList(row.mfaDevices ?? [], input)
    return { MFADevices: await devicesOf(service, row.accountId, { id, name: row.name }, items), ...rest }
  },
  async handleRoot(input, { service, caller: { account } }) {
    const own = await devicesOf(service, account.id, account, [ROOT_DEVICE])
    const { items, rest } = pageOfList([...devicesOfConfig(account), ...own], input)
    return { MFADevices: items, ...rest }
  },
})

async function devicesOf(
  { metadata }: IamService,
  accountId: string,
  { id, name }: { readonly id: string; readonly name: string },
  devices: readonly string[],
): Promise<readonly MFADevice[]> {
  const entries = await metadata.getMany(devices.map((device) => iamMfaDevices.key(accountId, device)))
  return entries.flatMap((entry, index) => {
    const holder = entry && iamMfaDevices.decode(entry).holder
    if (holder?.id !== id) return []
    const SerialNumber = mfaSerialNumber(accountId, devices[index] ?? '')
    return [{ UserName: name, SerialNumber, EnableDate: new Date(holder.enabledMilliseconds) }]
  })
}

function devicesOfConfig({ name, mfaDevices = [] }: Account): readonly MFADevice[] {
  // When it was enabled nobody knows: it stands in the config.
  const EnableDate = new Date(0)
  return mfaDevices.map(({ serialNumber }) => ({ UserName: name, SerialNumber: serialNumber, EnableDate }))
}
