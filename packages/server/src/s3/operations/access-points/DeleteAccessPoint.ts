import { accessPointAliases, accessPoints } from '../../../metadata/tables/access-point-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { assertMayBe } from '../../shared/access-points/own-access-point.ts'
import { noSuchAccessPoint } from '../../shared/access-points/reach-bucket.ts'
import { accountIdOf, defineOperation } from '../../shared/service/operation.ts'

export const DeleteAccessPoint = defineOperation('DeleteAccessPoint', {
  freesSpace: true,
  access: { action: 's3:DeleteAccessPoint', on: 'account' },
  async handle({ Name }, context) {
    assertMayBe(Name)
    const accountId = accountIdOf(context)
    await transact(context.service.stores.metadata, async (transaction) => {
      const row = (await transaction.get(accessPoints, accountId, Name)) ?? noSuchAccessPoint()
      transaction.remove(accessPoints, accountId, Name)
      transaction.remove(accessPointAliases, row.alias)
    })
    return {}
  },
})
