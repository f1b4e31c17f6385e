import type { Account } from '../../../access/accounts.ts'
import { mfaSerialNumber } from '../../../identities/mfa-serial-number.ts'
import { iamMfaDevices, type IamMfaDeviceRow, iamUsers } from '../../../metadata/tables/iam-tables.ts'
import type { User, VirtualMFADevice } from '../../../model/iam-types.gen.ts'
import type { IamService } from '../../shared/iam-service.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfTable } from '../../shared/page.ts'
import { rowsOf } from '../../shared/rows-of.ts'
import { shownRootUser, shownUser, userArn } from '../../shared/users.ts'

/** A page may show fewer than were asked for: those of another status are left out of it. */
export const ListVirtualMFADevices = defineOperation('ListVirtualMFADevices', {
  resource: () => '*',
  async handle({ AssignmentStatus: status = 'Any', ...page }, { service, caller: { account } }) {
    const range = iamMfaDevices.range(account.id)
    const { items, rest } = await pageOfTable(service.metadata, iamMfaDevices, range, page)
    const shown = items.filter(
      ({ row: { holder } }) => status === 'Any' || (status === 'Assigned') === (holder !== undefined),
    )
    const holders = await holdersOf(service, account, shown)
    const VirtualMFADevices = shown.map(({ parts: [, pathAndName], row: { holder } }): VirtualMFADevice => {
      const SerialNumber = mfaSerialNumber(account.id, pathAndName)
      if (!holder) return { SerialNumber }
      const EnableDate = new Date(holder.enabledMilliseconds)
      return { SerialNumber, User: holders.get(holder.id), EnableDate }
    })
    return { VirtualMFADevices, ...rest }
  },
})

async function holdersOf(
  { metadata }: IamService,
  account: Account,
  devices: readonly { readonly row: IamMfaDeviceRow }[],
): Promise<ReadonlyMap<string, User>> {
  const ids = new Set(devices.flatMap(({ row: { holder } }) => holder?.id ?? []))
  const users = await rowsOf(metadata, iamUsers, [...ids])
  const shown = users.map(({ id, row }): [string, User] => {
    const arn = userArn(account.id, row.path, row.name)
    return [id, shownUser({ id, row, arn })]
  })
  return new Map([...shown, [account.id, shownRootUser(account)]])
}
