import type { Entry, OrderedStore } from '../../metadata/ordered-store.ts'
import { annotations } from '../../metadata/tables/annotation-tables.ts'
import type { Content, ObjectRow } from '../../metadata/tables/rows.ts'
import {
  blobReferences,
  current,
  garbage,
  inlineBytes,
  partChanges,
  partLists,
  parts,
  uncheckedInlineBytes,
  uploads,
  versions,
} from '../../metadata/tables/tables.ts'
import type { Table } from '../../metadata/table.ts'
import { transact } from '../../metadata/transaction.ts'
import type { TuplePart } from '../../metadata/tuple.ts'
import { isObject } from '../../s3/shared/object/version-order.ts'
import { entriesOf } from '../../metadata/entries-of.ts'

/** How often rows name each content. */
class Names {
  readonly blobs = new Map<string, number>()
  readonly lists = new Map<string, number>()
  readonly inline = new Set<string>()
  /** Ids of annotations. */
  readonly annotated = new Set<string>()

  addObject({ content, annotations: id }: ObjectRow): void {
    this.add(content)
    if (id !== undefined) this.annotated.add(id)
  }

  add(content: Content): void {
    if (content.kind === 'inline') this.inline.add(content.id)
    else if (content.kind === 'blob') count(this.blobs, content.id)
    else if (content.kind === 'parts') count(this.lists, content.id)
  }
}

function count(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1)
}

/**
 * Counts anew what rows name, and makes what no row names garbage. Only for a store that no server works on, whose rows
 * can all be read. Keeps the ids of all contents in memory.
 */
export async function countReferences(metadata: OrderedStore): Promise<void> {
  const names = new Names()
  for await (const { row } of rowsOf(metadata, current)) names.addObject(row)
  for await (const { row } of rowsOf(metadata, versions)) if (isObject(row)) names.addObject(row)
  for await (const { row } of rowsOf(metadata, parts)) names.add(row.content)
  for await (const { row } of rowsOf(metadata, partLists)) {
    for (const part of row.parts) names.add(part.content)
  }
  for await (const { row } of rowsOf(metadata, annotations)) names.add(row.content)
  await nameAsCounted(metadata, names)
  await freeAnnotations(metadata, names)
  await freeUnnamed(metadata, names)
}

/** Throws `UnreadableRow`: with a row missing, what it names would be freed. */
async function* rowsOf<Key extends readonly TuplePart[], Row>(
  metadata: OrderedStore,
  table: Table<Key, Row>,
): AsyncGenerator<{ readonly parts: Key; readonly row: Row }> {
  for await (const entry of entriesOf(metadata, table.range())) {
    yield { parts: table.parts(entry.key), row: table.decode(entry) }
  }
}

/** Every named blob gets the count of its names, and so does every part list that several rows name. */
async function nameAsCounted(metadata: OrderedStore, { blobs, lists }: Names): Promise<void> {
  for (const [id, references] of [...blobs, ...lists]) {
    const isCounted = blobs.has(id) || references > 1
    await transact(metadata, async (transaction) => {
      const known = await transaction.get(blobReferences, id)
      if (isCounted && known?.references !== references) transaction.put(blobReferences, [id], { references })
      // It was let go of by mistake.
      if (await transaction.get(garbage, id)) transaction.remove(garbage, id)
    })
  }
}

async function freeUnnamed(metadata: OrderedStore, { blobs, lists, inline }: Names): Promise<void> {
  const listed = new Set<string>()
  for await (const { parts: key } of rowsOf(metadata, partLists)) listed.add(key[0])
  const letGo = (id: string, kind: 'blob' | 'parts' | 'upload') =>
    transact(metadata, async (transaction) => {
      if (kind !== 'upload') transaction.remove(blobReferences, id)
      if (!(await transaction.get(garbage, id))) transaction.put(garbage, [id], { kind, id })
    })
  for (const id of listed) if (!lists.has(id)) await letGo(id, 'parts')
  for await (const { parts: key } of rowsOf(metadata, blobReferences)) {
    const [id] = key
    if (blobs.has(id) || lists.has(id)) continue
    if (!listed.has(id)) await letGo(id, 'blob')
  }
  for (const id of await strayUploads(metadata)) await letGo(id, 'upload')
  await removeStray(metadata, inlineBytes.range(), (entry) => !inline.has(inlineBytes.parts(entry.key)[0]))
  const old = uncheckedInlineBytes
  await removeStray(metadata, old.range(), (entry) => !inline.has(old.parts(entry.key)[0]))
}

/** Those of versions that are gone: what they name is freed with them. */
async function freeAnnotations(metadata: OrderedStore, { annotated }: Names): Promise<void> {
  const stray = new Map<string, string>()
  for await (const { parts: key } of rowsOf(metadata, annotations)) {
    const [bucketId, id] = key
    if (!annotated.has(id)) stray.set(id, bucketId)
  }
  for (const [id, bucketId] of stray) {
    await transact(metadata, async (transaction) => {
      if (await transaction.get(garbage, id)) return
      transaction.put(garbage, [id], { kind: 'annotations', id, bucketId })
    })
  }
}

/** Uploads that have parts, but no row any more. */
async function strayUploads(metadata: OrderedStore): Promise<string[]> {
  const open = new Set<string>()
  for await (const { parts: key } of rowsOf(metadata, uploads)) open.add(key[2])
  const stray = new Set<string>()
  for await (const { parts: key } of rowsOf(metadata, parts)) if (!open.has(key[0])) stray.add(key[0])
  for await (const { parts: key } of rowsOf(metadata, partChanges)) if (!open.has(key[0])) stray.add(key[0])
  return [...stray]
}

async function removeStray(
  metadata: OrderedStore,
  range: Parameters<typeof entriesOf>[1],
  isStray: (entry: Entry) => boolean,
): Promise<void> {
  for await (const entry of entriesOf(metadata, range)) {
    if (isStray(entry)) await metadata.commit({ expect: [entry], put: [], remove: [entry.key] })
  }
}
