import { bucketUsages } from '../../background/usage/bucket-usages.ts'
import { defineOperation } from '../operation.ts'
import { askedPage, PAGE_PARAMETERS, pageOf } from '../page.ts'

/** What each bucket holds. Accounts of the config see all, others their own. */
export const GetUsage = defineOperation('GetUsage', {
  path: '/-/usage',
  isOfServer: false,
  parameters: PAGE_PARAMETERS,
  async handle({ service, query, seesAll, caller }) {
    const page = askedPage(query)
    const owner = seesAll ? undefined : caller.account.id
    const { items, next } = await pageOf(
      bucketUsages(service.stores.metadata, page.after?.[0], owner),
      page,
      {
        placeOf: ({ name }) => [name],
        show: ({ name, ownerAccountId, usage }) => ({ bucket: name, account: ownerAccountId, ...usage }),
      },
    )
    return { buckets: items, next }
  },
})
