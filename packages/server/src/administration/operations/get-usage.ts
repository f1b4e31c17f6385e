import { type BucketUsage, bucketUsages } from '../../background/usage/bucket-usages.ts'
import type { AdministrationContext } from '../administration-service.ts'
import { defineOperation } from '../operation.ts'
import { askedPage, PAGE_PARAMETERS, pageOf } from '../page.ts'

/** What each bucket holds. Accounts of the config see all, others their own. */
export const GetUsage = defineOperation('GetUsage', {
  path: '/-/usage',
  isOfServer: false,
  parameters: PAGE_PARAMETERS,
  async handle(context) {
    const page = askedPage(context.query)
    const { items, next } = await pageOf(seen(context, page.after?.[0] ?? ''), page, {
      placeOf: ({ name }) => [name],
      show: ({ name, ownerAccountId, usage }) => ({ bucket: name, account: ownerAccountId, ...usage }),
    })
    return { buckets: items, next }
  },
})

async function* seen(
  { service, caller, seesAll }: AdministrationContext,
  after: string,
): AsyncGenerator<BucketUsage> {
  for await (const bucket of bucketUsages(service.stores.metadata)) {
    if (bucket.name > after && (seesAll || bucket.ownerAccountId === caller.account.id)) yield bucket
  }
}
