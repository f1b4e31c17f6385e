import { justAfter } from '../../metadata/just-after.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import { buckets, parts, uploads } from '../../metadata/tables/tables.ts'
import { readableRows } from '../../metadata/unreadable-rows.ts'
import type { AdministrationContext } from '../administration-service.ts'
import { bucketNamed, maySee, type SeenBucket } from '../bucket-named.ts'
import { defineOperation } from '../operation.ts'
import { askedPage, type AskedPage, PAGE_PARAMETERS, pageOf } from '../page.ts'

/** Multipart uploads that are neither completed nor aborted, and what their parts hold. */
export const ListUploads = defineOperation('ListUploads', {
  path: '/-/uploads',
  isOfServer: false,
  parameters: ['bucket', ...PAGE_PARAMETERS],
  async handle(context) {
    const { metadata } = context.service.stores
    const page = askedPage(context.query)
    const named = context.query.get('bucket')
    const seen = named === null ? await bucketsSeen(context) : [await bucketNamed(context, named)]
    const names = new Map(seen.map(({ id, name }) => [id, name]))
    const { items, next } = await pageOf(uploadsIn(metadata, names, page), page, {
      placeOf: ({ place }) => place,
      async show({ place: [bucketId, key, uploadId], row }) {
        return {
          bucket: names.get(bucketId) ?? '',
          key,
          uploadId,
          initiated: new Date(row.initiatedMilliseconds).toISOString(),
          initiator: row.initiatorArn,
          ...(await held(metadata, uploadId)),
        }
      },
    })
    return { uploads: items, next }
  },
})

async function bucketsSeen(context: AdministrationContext): Promise<SeenBucket[]> {
  const seen: SeenBucket[] = []
  for await (const { parts: place, row } of readableRows(context.service.stores.metadata, buckets)) {
    if (maySee(context, row)) seen.push({ id: row.id, name: place[0] })
  }
  return seen
}

/** In the order of their keys in the store; those of other buckets are passed over. */
async function* uploadsIn(metadata: OrderedStore, names: ReadonlyMap<string, string>, { after }: AskedPage) {
  const [only] = names.size === 1 ? names.keys() : []
  const { start: first, end } = only === undefined ? uploads.range() : uploads.range(only)
  const [bucketId = '', key = '', uploadId = ''] = after ?? []
  const start = after ? justAfter(uploads.key(bucketId, key, uploadId)) : first
  for await (const { parts: place, row } of readableRows(metadata, uploads, { start, end })) {
    if (names.has(place[0])) yield { place, row }
  }
}

async function held(metadata: OrderedStore, uploadId: string) {
  let count = 0
  let sizeBytes = 0
  for await (const { row } of readableRows(metadata, parts, parts.range(uploadId))) {
    count++
    sizeBytes += row.sizeBytes
  }
  return { parts: count, sizeBytes }
}
