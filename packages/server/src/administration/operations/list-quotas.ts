import { listQuotas } from '../../s3/shared/quotas/list-quotas.ts'
import { defineOperation } from '../operation.ts'

/** What buckets and accounts may hold, and do. */
export const ListQuotas = defineOperation('ListQuotas', {
  path: '/-/quotas',
  isOfServer: false,
  async handle({ service, seesAll, caller }) {
    const all = await listQuotas(service.stores.metadata)
    return { quotas: all.filter(({ accountId }) => seesAll || accountId === caller.account.id) }
  },
})
