import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { openMemoryBlobs } from '../../../blobs/engines/memory.ts'
import { openMemory } from '../../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import { type ObjectRow, PARTS_PER_ROW } from '../../../metadata/tables/rows.ts'
import { partLists } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import type { StoredContent } from '../../shared/content/store-content.ts'
import { appendedChecksum, appendPart, lastListOf } from './appended-parts.ts'
import { digestsOfParts } from './digests-of-parts.ts'

/** A store, and how many rows scans of it have found. */
function countedStore(): { readonly metadata: OrderedStore; readonly rows: () => number } {
  const metadata = openMemory()
  let rows = 0
  const scan = metadata.scan.bind(metadata)
  metadata.scan = async (range) => {
    const found = await scan(range)
    rows += found.length
    return found
  }
  return { metadata, rows: () => rows }
}

it('works out a composite checksum by the last row of the part list alone', async () => {
  const { metadata, rows } = countedStore()
  const stores = { metadata, blobs: openMemoryBlobs() }
  const digestOf = (index: number) => createHash('sha256').update(`${index}`).digest()
  const storedOf = (index: number): StoredContent => ({
    content: { kind: 'inline', id: `inline-${index}` },
    sizeBytes: 1,
    md5: Buffer.alloc(16),
    checksum: { algorithm: 'SHA256', value: digestOf(index) },
  })
  let object: ObjectRow = {
    etag: '',
    sizeBytes: 1,
    modifiedMilliseconds: 0,
    ownerAccountId: '',
    content: storedOf(0).content,
    checksum: { algorithm: 'SHA256', value: digestOf(0).toString('base64'), type: 'FULL_OBJECT' },
  }
  const read: number[] = []
  const checksums: (string | undefined)[] = []
  const expected: string[] = []
  const digests = [digestOf(0)]
  for (let index = 1; index <= 3 * PARTS_PER_ROW; index++) {
    const [seen, stored] = [object, storedOf(index)]
    const before = rows()
    const checksum = await appendedChecksum(stores, seen, stored)
    read.push(rows() - before)
    const lastList = await lastListOf(stores, seen.content)
    const content = await transact(metadata, (transaction) =>
      appendPart(transaction, { seen, stored, contentId: 'list', lastList }),
    )
    object = { ...seen, content, checksum, sizeBytes: seen.sizeBytes + 1 }
    digests.push(digestOf(index))
    checksums.push(checksum?.value)
    const whole = createHash('sha256').update(Buffer.concat(digests)).digest('base64')
    expected.push(`${whole}-${digests.length}`)
  }
  expect(checksums).toEqual(expected)
  // Two where a row has just been begun.
  expect(Math.max(...read)).toBe(2)
  expect(read.filter((count) => count === 2)).toHaveLength(2)
})

it('reads a list of any length that it has not seen before', async () => {
  await using metadata = openMemory()
  for (const count of [1, 7, 8, 9, 15, 40]) {
    const id = `list-${count}`
    const rows = Array.from({ length: count }, (_, index) => Buffer.alloc(32, index))
    await transact(metadata, async (transaction) => {
      for (const [index, digest] of rows.entries()) {
        const [sizeBytes, content] = [1, { kind: 'inline', id: `${index}` } as const]
        const checksum = digest.toString('base64')
        const part = { partNumber: index + 1, startByte: index, sizeBytes, content, checksum }
        transaction.put(partLists, [id, index], { parts: [part] })
      }
    })
    for (const _ of ['first', 'again'])
      expect(await digestsOfParts(metadata, id)).toMatchObject({ rows, count })
  }
})

it('remembers no row that grew while a long list was read', async () => {
  await using metadata = openMemory()
  const partsFrom = (first: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      partNumber: first + index + 1,
      startByte: first + index,
      sizeBytes: 1,
      content: { kind: 'inline', id: `${first + index}` } as const,
      checksum: Buffer.alloc(32, first + index).toString('base64'),
    }))
  const put = (first: number, count: number) =>
    transact(metadata, async (transaction) =>
      transaction.put(partLists, ['list', first], { parts: partsFrom(first, count) }),
    )
  for (let first = 0; first < 16; first += 2) await put(first, first === 14 ? 1 : 2)
  const scan = metadata.scan.bind(metadata)
  metadata.scan = async (range) => {
    const found = await scan(range)
    metadata.scan = scan
    await put(14, 2)
    await put(16, 1)
    return found
  }
  for (const _ of ['first', 'again']) expect((await digestsOfParts(metadata, 'list'))?.count).toBe(17)
})
