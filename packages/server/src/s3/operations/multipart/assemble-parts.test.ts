import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { openMemory } from '../../../metadata/engines/memory.ts'
import type { OrderedStore } from '../../../metadata/ordered-store.ts'
import type { PartRow, UploadRow } from '../../../metadata/tables/rows.ts'
import { partChanges, parts as partsTable } from '../../../metadata/tables/tables.ts'
import { transact, Transaction } from '../../../metadata/transaction.ts'
import { setWrittenVersion } from '../../../metadata/written-version.ts'
import { countTurns } from '../../../../../../tests/support/count-turns.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { type AssembledParts, assembleParts } from './assemble-parts.ts'

const upload: UploadRow = {
  traits: { ownerAccountId: '100000000001' },
  initiatedMilliseconds: 0,
  initiatorAccountId: '100000000001',
  initiatorArn: 'arn',
}

function row(partNumber: number, sizeBytes = 100): PartRow {
  return {
    sizeBytes,
    etag: hash('md5', String(partNumber), 'hex'),
    modifiedMilliseconds: 0,
    content: { kind: 'blob', id: `blob-${partNumber}` },
    checksum: { algorithm: 'CRC64NVME', value: 'AAAAAAAAAAA=', type: 'FULL_OBJECT' },
  }
}

async function storeWith(rows: ReadonlyMap<number, PartRow>) {
  const store = openMemory()
  await transact(store, (transaction) => {
    for (const [number, part] of rows) transaction.put(partsTable, ['upload', number], part)
    // Of other uploads, on both sides.
    for (const id of ['uploac', 'upload2']) transaction.put(partsTable, [id, 1], row(1))
    return Promise.resolve()
  })
  return store
}

function listOf(numbers: Iterable<number>) {
  return Array.from(numbers, (PartNumber) => ({ PartNumber, ETag: `"${row(PartNumber).etag}"` }))
}

async function assemble(
  rows: ReadonlyMap<number, PartRow>,
  list: readonly { PartNumber: number; ETag: string }[],
  more: { minimumPartBytes?: number; MpuObjectSize?: number } = {},
): Promise<AssembledParts> {
  await using store = await storeWith(rows)
  const { minimumPartBytes = 1, MpuObjectSize } = more
  const input = { Bucket: 'b', Key: 'k', UploadId: 'upload', MultipartUpload: { Parts: list }, MpuObjectSize }
  return await assembleParts(new Transaction(store), input, upload, minimumPartBytes)
}

async function refusal(promise: Promise<unknown>): Promise<S3Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof S3Error) return error
  throw new Error('it was not refused', { cause: error })
}

describe('assembleParts', () => {
  it('puts the listed parts one behind the other', async () => {
    const rows = new Map([2, 5, 7].map((number) => [number, row(number, number * 10)]))
    const { parts, sizeBytes, etag } = await assemble(rows, listOf([2, 7]))
    expect(parts.map(({ partNumber, startByte, sizeBytes }) => [partNumber, startByte, sizeBytes])).toEqual([
      [2, 0, 20],
      [7, 20, 70],
    ])
    expect(sizeBytes).toBe(90)
    const digests = Buffer.from(`${row(2).etag}${row(7).etag}`, 'hex')
    expect(etag).toBe(`${hash('md5', digests, 'hex')}-2`)
  })

  it('reads 10,000 parts of up to 5 GiB, and lets others in between', async () => {
    const largest = 5 * 1024 ** 3
    const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1)
    const rows = new Map(numbers.map((number) => [number, row(number, largest)]))
    await using store = await storeWith(rows)
    const MultipartUpload = { Parts: listOf(numbers) }
    const input = { Bucket: 'b', Key: 'k', UploadId: 'upload', MultipartUpload }
    const { turns, result } = await countTurns(() => assembleParts(new Transaction(store), input, upload, 1))
    const { parts, sizeBytes, etag } = result
    // As many parts as PARTS_A_TURN are read, or checked, a turn.
    expect(turns).toBeGreaterThanOrEqual(190)
    expect(parts).toHaveLength(10_000)
    expect(parts.at(-1)?.startByte).toBe(9999 * largest)
    expect(sizeBytes).toBe(10_000 * largest)
    expect(etag).toMatch(/^[0-9a-f]{32}-10000$/)
  })

  /** Whether a completion of parts 1 and 3 commits where others wrote meanwhile. */
  async function commitsAfter(store: OrderedStore, write: (other: Transaction) => void): Promise<boolean> {
    const input = { Bucket: 'b', Key: 'k', UploadId: 'upload', MultipartUpload: { Parts: listOf([1, 3]) } }
    const transaction = new Transaction(store)
    await assembleParts(transaction, input, upload, 1)
    transaction.put(partsTable, ['elsewhere', 1], row(1))
    await transact(store, (other) => Promise.resolve(write(other)))
    return transaction.commit()
  }

  const threeParts = new Map([1, 2, 3].map((number) => [number, row(number)]))

  it('relies on the word of whoever changes a part, the first one too, and on few rows', async () => {
    await using store = await storeWith(threeParts)
    const tell = (other: Transaction): void => other.put(partChanges, ['upload'], {})
    expect(await commitsAfter(store, tell)).toBe(false)
    expect(await commitsAfter(store, tell)).toBe(false)
    expect(await commitsAfter(store, (other) => other.put(partChanges, ['other'], {}))).toBe(true)
  })

  it('relies on every part that is listed where an older version shares the store', async () => {
    await using store = await storeWith(threeParts)
    setWrittenVersion(store, 1)
    const change = (number: number) => (other: Transaction) =>
      other.put(partsTable, ['upload', number], row(number))
    expect(await commitsAfter(store, change(2))).toBe(true)
    expect(await commitsAfter(store, change(1))).toBe(false)
    expect(await commitsAfter(store, change(3))).toBe(false)
  })

  it('refuses lists that are none, out of order, or of parts that are not there', async () => {
    const rows = new Map([1, 2].map((number) => [number, row(number)]))
    const code = async (list: { PartNumber: number; ETag: string }[]) =>
      (await refusal(assemble(rows, list))).code
    expect(await code([])).toBe('MalformedXML')
    expect(await code(listOf([2, 1]))).toBe('InvalidPartOrder')
    expect(await code(listOf([1, 1]))).toBe('InvalidPartOrder')
    expect(await code(listOf([1, 3]))).toBe('InvalidPart')
    expect(await code([{ PartNumber: 1, ETag: row(2).etag }])).toBe('InvalidPart')
    expect(await code(listOf([0, 1]))).toBe('InvalidArgument')
    expect(await code(listOf([10_001]))).toBe('InvalidArgument')
  })

  it('holds all but the last part to the least size, and the whole to what is claimed', async () => {
    const rows = new Map([1, 2, 3].map((number) => [number, row(number, number === 2 ? 9 : 10)]))
    const error = await refusal(assemble(rows, listOf([1, 2, 3]), { minimumPartBytes: 10 }))
    expect([error.code, error.fields]).toEqual([
      'EntityTooSmall',
      { ProposedSize: '9', MinSizeAllowed: '10', PartNumber: '2', ETag: row(2).etag },
    ])
    expect(
      (await assemble(rows, listOf([1, 2]), { minimumPartBytes: 10, MpuObjectSize: 19 })).sizeBytes,
    ).toBe(19)
    expect((await refusal(assemble(rows, listOf([1, 2]), { MpuObjectSize: 20 }))).code).toBe('InvalidRequest')
  })
})
