import type { BlobId } from '../blobs/blob-store.ts'
import type { Entry, OrderedStore } from '../metadata/ordered-store.ts'
import type { Content } from '../metadata/tables/rows.ts'
import { annotations } from '../metadata/tables/annotation-tables.ts'
import { blobReferences, current, partLists, parts, versions } from '../metadata/tables/tables.ts'
import { passOver } from '../metadata/unreadable-rows.ts'
import { isObject } from '../s3/shared/object/version-order.ts'
import { entriesOf } from '../metadata/entries-of.ts'

interface Naming {
  readonly range: () => { readonly start: Uint8Array; readonly end: Uint8Array }
  readonly contents: (entry: Entry) => readonly Content[]
}

const newest: Naming = { range: () => current.range(), contents: (entry) => [current.decode(entry).content] }

/**
 * All tables whose rows name blobs, in an order in which a row that just moves from one to another is met: parts become
 * part lists, and versions move both ways.
 */
const NAMING: readonly Naming[] = [
  { range: () => parts.range(), contents: (entry) => [parts.decode(entry).content] },
  {
    range: () => partLists.range(),
    contents: (entry) => partLists.decode(entry).parts.map(({ content }) => content),
  },
  { range: () => annotations.range(), contents: (entry) => [annotations.decode(entry).content] },
  newest,
  {
    range: () => versions.range(),
    contents(entry) {
      const row = versions.decode(entry)
      return isObject(row) ? [row.content] : []
    },
  },
  newest,
  {
    range: () => blobReferences.range(),
    contents(entry) {
      blobReferences.decode(entry)
      return [{ kind: 'blob', id: blobReferences.parts(entry.key)[0] }]
    },
  },
]

/**
 * Which of some blobs a row names, counted or not; `undefined`, and told, where a row cannot be read: it may name any.
 * Reads all rows that name content.
 */
export async function namedBlobs(
  metadata: OrderedStore,
  candidates: { has(id: BlobId): boolean },
): Promise<ReadonlySet<BlobId> | undefined> {
  const named = new Set<BlobId>()
  try {
    for (const { range, contents } of NAMING) {
      for await (const entry of entriesOf(metadata, range())) {
        for (const content of contents(entry))
          if (content.kind === 'blob' && candidates.has(content.id)) named.add(content.id)
      }
    }
    return named
  } catch (error) {
    passOver(metadata, error)
    return undefined
  }
}
