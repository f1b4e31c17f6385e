import { describe, expect, it } from 'vitest'
import { RowBatches, TakenOver } from '../backup/row-batches.ts'
import { rowsIn } from '../backup/rows-there.ts'
import { seededRandom } from '../base/seeded-random.ts'
import type { BlobId, BlobStore } from '../blobs/blob-store.ts'
import { openMemoryBlobs } from '../blobs/engines/memory.ts'
import { openMemory } from '../metadata/engines/memory.ts'
import { ALL_KEYS } from '../metadata/key-limits.ts'
import type { OrderedStore } from '../metadata/ordered-store.ts'
import { storeIdentity } from '../metadata/tables/identity-tables.ts'
import { blobReferences, formatTable, inlineBytes, workerProgress } from '../metadata/tables/tables.ts'
import { serverProcesses } from '../metadata/tables/worker-tables.ts'
import { transact } from '../metadata/transaction.ts'
import { claimCopy, endCopy } from './claim-copy.ts'
import { compareRows } from './compare-rows.ts'
import { copyBlobs } from './copy-blobs.ts'
import { copyRows } from './copy-rows.ts'

const { signal } = new AbortController()
const random = seededRandom('copies')
const STORE_ID = 'of memory'
const place = { marked: ['blobs'], storeFormat: 2 }
const ignored = (): void => {}

/** A store with more rows than are read or written at once. */
async function filledStore(rows = 2500): Promise<OrderedStore> {
  const metadata = openMemory({ random })
  await transact(metadata, async (transaction) => {
    transaction.put(formatTable, [], { version: 2 })
    transaction.put(storeIdentity, [], { storeId: STORE_ID, generation: 1, marked: ['GLACIER', 'blobs'] })
    transaction.put(serverProcesses, ['gone'], { startedMilliseconds: 1, aliveUntilMilliseconds: 2 })
    transaction.put(workerProgress, ['scrub'], {
      passStartedMilliseconds: 1,
      at: { bucketName: 'b', phase: 'current' },
    })
  })
  const batches = new RowBatches(metadata)
  for (let index = 0; index < rows; index++) {
    const key = inlineBytes.key(String(index).padStart(6, '0'))
    await batches.add({ key, value: inlineBytes.encode(key, Buffer.from(`row ${index}`), 2) })
  }
  await batches.commit()
  return metadata
}

async function copied(from: OrderedStore, to: OrderedStore) {
  const claim = await claimCopy(to, STORE_ID, random)
  await copyRows({ from, to, place, claim, onRows: ignored, signal })
  const compared = await compareRows({ from, to, place, onRows: ignored, signal })
  await endCopy(from, to, claim)
  return compared
}

async function rowsOf(store: OrderedStore): Promise<Map<string, string>> {
  const entries = await store.scan({ ...ALL_KEYS, limit: 100_000 })
  return new Map(
    entries.map(({ key, value }) => [Buffer.from(key).toString('hex'), Buffer.from(value).toString('hex')]),
  )
}

/** Of a copy of these rows. */
function expectedOf(rows: Map<string, string>): Map<string, string> {
  const expected = new Map(rows)
  expected.delete(serverProcesses.key('gone').toString('hex'))
  const key = storeIdentity.key()
  const identity = { storeId: STORE_ID, generation: 1, marked: ['blobs'] }
  expected.set(key.toString('hex'), storeIdentity.encode(key, identity, 2).toString('hex'))
  return expected
}

describe('the rows of a copy', () => {
  it('are those of the store, but for passing ones and the marks of folders that are not there', async () => {
    const [from, to] = [await filledStore(), openMemory({ random })]
    const { rows } = await copied(from, to)
    expect(await rowsOf(to)).toEqual(expectedOf(await rowsOf(from)))
    expect(rows).toBe(2502)
  })

  it('become so whatever a run before left, and the store changed since', async () => {
    const [from, to] = [await filledStore(), openMemory({ random })]
    const claim = await claimCopy(to, STORE_ID, random)
    await copyRows({ from, to, place, claim, onRows: ignored, signal })
    await transact(from, async (transaction) => {
      transaction.remove(inlineBytes, '000700')
      transaction.put(inlineBytes, ['000800'], Buffer.from('another'))
      transaction.put(inlineBytes, ['~'], Buffer.from('the last'))
    })
    await transact(to, async (transaction) => {
      transaction.remove(inlineBytes, '001900')
      transaction.put(inlineBytes, ['!'], Buffer.from('stray'))
      transaction.put(inlineBytes, ['~~'], Buffer.from('stray'))
    })
    await copied(from, to)
    expect(await rowsOf(to)).toEqual(expectedOf(await rowsOf(from)))
  })

  it('are no store before the last of them', async () => {
    const [from, to] = [await filledStore(10), openMemory({ random })]
    const claim = await claimCopy(to, STORE_ID, random)
    await copyRows({ from, to, place, claim, onRows: ignored, signal })
    expect(await rowsIn(to)).toEqual({ kind: 'unfinished', copyOf: STORE_ID })
    await endCopy(from, to, claim)
    expect(await rowsIn(to)).toEqual({ kind: 'whole', storeId: STORE_ID })
  })

  it('are told to differ, where one does', async () => {
    const [from, to] = [await filledStore(), openMemory({ random })]
    await copied(from, to)
    await transact(to, async (transaction) => transaction.put(inlineBytes, ['002000'], Buffer.from('other')))
    const comparison = { from, to, place, onRows: ignored, signal }
    await expect(compareRows(comparison)).rejects.toThrow('are not those of the store')
  })

  it('are written by one run at a time: by that which began last', async () => {
    const [from, to] = [await filledStore(), openMemory({ random })]
    const early = await claimCopy(to, STORE_ID, random)
    await copied(from, to)
    await transact(to, async (transaction) =>
      transaction.put(inlineBytes, ['new'], Buffer.from('of a server')),
    )
    const before = await rowsOf(to)
    const late = { from, to, place, claim: early, onRows: ignored, signal }
    await expect(copyRows(late)).rejects.toThrow(TakenOver)
    await expect(endCopy(from, to, early)).rejects.toThrow(TakenOver)
    expect(await rowsOf(to)).toEqual(before)
  })
})

describe('the blobs of a copy', () => {
  async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text)
  }

  async function textIn(blobs: BlobStore, id: BlobId): Promise<string> {
    const chunks: Buffer[] = []
    const range = { start: 0, end: await blobs.sizeOf(id) }
    for await (const chunk of blobs.read(id, range, signal)) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks).toString()
  }

  async function filled(count: number) {
    const metadata = openMemory({ random })
    const [from, to] = [openMemoryBlobs({ random }), openMemoryBlobs({ random })]
    const ids: BlobId[] = []
    for (let index = 0; index < count; index++) {
      const { id } = await from.write(bytesOf(`blob ${index}`), signal)
      await transact(metadata, async (transaction) =>
        transaction.put(blobReferences, [id], { references: 1 }),
      )
      ids.push(id)
    }
    const checked: BlobId[] = []
    const copy = {
      metadata,
      from,
      to,
      checkedUpTo: undefined,
      onChecked: async (id: BlobId) => void checked.push(id),
      onBlobs: ignored,
      signal,
    }
    return { metadata, from, to, ids, checked, copy }
  }

  it('are all that rows name, under their ids', async () => {
    const { from, to, ids, copy } = await filled(300)
    await from.write(bytesOf('nobody’s'), signal)
    expect(await copyBlobs(copy)).toMatchObject({ blobs: 300, lostBlobs: [] })
    const there: BlobId[] = []
    for await (const id of to.list()) there.push(id)
    expect(there.toSorted()).toEqual(ids.toSorted())
    expect(await textIn(to, ids[7] ?? '')).toBe('blob 7')
  })

  it('are written anew where a run before left other bytes, and left alone where it has read them back', async () => {
    const { to, ids, checked, copy } = await filled(20)
    await copyBlobs(copy)
    const [first = ''] = ids.toSorted()
    await to.replace(first, bytesOf('blub 0'), signal)
    await copyBlobs({ ...copy, checkedUpTo: checked.at(-1) })
    expect(await textIn(to, first)).toBe('blub 0')
    await copyBlobs(copy)
    expect(await textIn(to, first)).toMatch(/^blob \d/)
  })

  it('are told where the store has lost them', async () => {
    const { from, ids, copy } = await filled(3)
    await from.remove(ids[1] ?? '')
    expect(await copyBlobs(copy)).toMatchObject({ blobs: 2, lostBlobs: [ids[1]] })
  })

  it('are refused that do not come back as they were written', async () => {
    const { to, copy } = await filled(3)
    async function* altered(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of source) yield Buffer.from(chunk).fill(0, 0, 1)
    }
    const wrong: BlobStore = Object.create(to, {
      replace: {
        value: (id: BlobId, bytes: AsyncIterable<Uint8Array>) => to.replace(id, altered(bytes), signal),
      },
      sizeOf: { value: (id: BlobId) => to.sizeOf(id) },
      read: { value: (id: BlobId, range: { start: number; end: number }) => to.read(id, range, signal) },
    }) as BlobStore
    await expect(copyBlobs({ ...copy, to: wrong })).rejects.toThrow('did not come back')
  })
})
