import type { QuarantinedBlob } from '../../blobs/blob-store.ts'
import { defineOperation } from '../operation.ts'
import { askedPage, PAGE_PARAMETERS, pageOf } from '../page.ts'

/** Blobs that nothing names, set aside for seven days before they are deleted. */
export const ListQuarantine = defineOperation('ListQuarantine', {
  path: '/-/quarantine',
  isOfServer: true,
  parameters: PAGE_PARAMETERS,
  async handle({ service, query }) {
    const found: QuarantinedBlob[] = []
    for await (const blob of service.stores.blobs.quarantine.list()) found.push(blob)
    const page = askedPage(query)
    const after = page.after?.[0] ?? ''
    const rest = found.filter(({ id }) => id > after).sort((one, other) => (one.id < other.id ? -1 : 1))
    const { items, next } = await pageOf(asyncOf(rest), page, {
      placeOf: ({ id }) => [id],
      show: ({ id, sinceMilliseconds }) => ({ id, since: new Date(sinceMilliseconds).toISOString() }),
    })
    return { blobs: items, next, total: found.length }
  },
})

async function* asyncOf<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}
