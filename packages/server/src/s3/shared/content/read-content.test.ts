import type { ContentOpener } from '../sealing/content-seal.ts'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { openMemoryBlobs } from '../../../blobs/engines/memory.ts'
import { openMemory } from '../../../metadata/engines/memory.ts'
import { type ListedPart, PARTS_PER_ROW, type SingleContent } from '../../../metadata/tables/rows.ts'
import { inlineBytes, partLists } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { countTurns } from '../../../../../../tests/support/count-turns.ts'
import { partsFrom, readContent } from './read-content.ts'

const PART_COUNT = 2 * PARTS_PER_ROW + 3
const stores = { metadata: openMemory(), blobs: openMemoryBlobs() }
const { signal } = new AbortController()
const parts: ListedPart[] = []
let whole = Buffer.alloc(0)

async function store(bytes: Buffer, index: number): Promise<SingleContent> {
  if (bytes.length === 0) return { kind: 'empty' }
  if (index % 2 === 0) return { kind: 'blob', id: (await stores.blobs.write(chunksOf(bytes), signal)).id }
  const id = `inline-${index}`
  await transact(stores.metadata, (transaction) => {
    transaction.put(inlineBytes, [id], bytes)
    return Promise.resolve()
  })
  return { kind: 'inline', id }
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

beforeAll(async () => {
  const pieces: Buffer[] = []
  let startByte = 0
  for (let index = 0; index < PART_COUNT; index++) {
    // The last part may be empty.
    const sizeBytes = index === PART_COUNT - 1 ? 0 : 1 + (index % 7)
    const bytes = Buffer.alloc(sizeBytes, index)
    parts.push({ partNumber: index + 1, startByte, sizeBytes, content: await store(bytes, index) })
    pieces.push(bytes)
    startByte += sizeBytes
  }
  whole = Buffer.concat(pieces)
  await transact(stores.metadata, (transaction) => {
    for (let first = 0; first < parts.length; first += PARTS_PER_ROW) {
      const row = parts.slice(first, first + PARTS_PER_ROW)
      transaction.put(partLists, ['list', row[0]?.startByte ?? 0], { parts: row })
    }
    return Promise.resolve()
  })
})

/** What is read here was stored before there was encryption. */
const unsealed: ContentOpener = { cipherOf: () => Promise.reject(new Error('nothing is sealed')) }

async function read(start: number, end: number): Promise<Buffer> {
  const content = { kind: 'parts', id: 'list', partCount: PART_COUNT } as const
  const chunks: Buffer[] = []
  const readable = { content, sizeBytes: whole.length, opener: unsealed }
  for await (const chunk of readContent(stores, readable, { start, end }, signal))
    chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

describe('a list of parts', () => {
  it('is read as one', async () => {
    expect((await read(0, whole.length)).equals(whole)).toBe(true)
  })

  it('gives any range of it', async () => {
    const position = fc.nat(whole.length)
    const property = fc.asyncProperty(position, position, async (one, other) => {
      const [start, end] = one < other ? [one, other] : [other, one]
      expect((await read(start, end)).equals(whole.subarray(start, end))).toBe(true)
    })
    await fc.assert(property, { numRuns: 200 })
  })

  it('begins with the part that holds a byte, at the edges of rows too', async () => {
    for (const part of parts.filter(({ sizeBytes }) => sizeBytes > 0)) {
      for (const byte of [part.startByte, part.startByte + part.sizeBytes - 1]) {
        const first = await partsFrom(stores, 'list', byte).next()
        expect(first.value).toMatchObject({ partNumber: part.partNumber })
      }
    }
  })

  it('that is not there has no parts', async () => {
    expect(await partsFrom(stores, 'lis', 0).next()).toEqual({ done: true, value: undefined })
    expect(await partsFrom(stores, 'list2', 5).next()).toEqual({ done: true, value: undefined })
  })
})

it('lets others in between parts that the metadata holds', async () => {
  const ids = Array.from({ length: 5_000 }, (_, index) => `small-${index}`)
  await transact(stores.metadata, (transaction) => {
    const small = ids.map((id, index) => {
      transaction.put(inlineBytes, [id], Buffer.of(index))
      return {
        partNumber: index + 1,
        startByte: index,
        sizeBytes: 1,
        content: { kind: 'inline', id } as const,
      }
    })
    for (let first = 0; first < small.length; first += PARTS_PER_ROW) {
      transaction.put(partLists, ['small', first], { parts: small.slice(first, first + PARTS_PER_ROW) })
    }
    return Promise.resolve()
  })
  const content = { kind: 'parts', id: 'small', partCount: ids.length } as const
  const { turns, result } = await countTurns(async () => {
    const chunks: Buffer[] = []
    const readable = { content, sizeBytes: ids.length, opener: unsealed }
    const range = { start: 0, end: ids.length }
    for await (const chunk of readContent(stores, readable, range, signal)) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks)
  })
  expect(result).toEqual(Buffer.from(ids.map((_, index) => index)))
  expect(turns).toBeGreaterThanOrEqual(8)
})
