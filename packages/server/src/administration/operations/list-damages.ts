import { justAfter } from '../../metadata/just-after.ts'
import { damages } from '../../metadata/tables/worker-tables.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import { defineOperation } from '../operation.ts'
import { askedPage, PAGE_PARAMETERS, pageOf } from '../page.ts'

/** What the scrubber found: contents that are not what was stored, and rows that cannot be read. */
export const ListDamages = defineOperation('ListDamages', {
  path: '/-/damages',
  isOfServer: true,
  parameters: PAGE_PARAMETERS,
  async handle({ service, query }) {
    const { metadata } = service.stores
    const page = askedPage(query)
    const { end, start: first } = damages.range()
    const start = page.after ? justAfter(damages.key(page.after[0] ?? '')) : first
    const { items, next } = await pageOf(readableRows(metadata, damages, { start, end }), page, {
      placeOf: ({ parts }) => parts,
      show: ({ row: { bucketName, key, versionId, reason, table, foundMilliseconds } }) => ({
        bucket: bucketName,
        key,
        versionId,
        table,
        reason,
        found: new Date(foundMilliseconds).toISOString(),
      }),
    })
    return { damages: items, next }
  },
})
