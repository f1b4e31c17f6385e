import { beforeAll, describe, expect, it } from 'vitest'
import type { Entry, OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import type { ObjectRow } from '../../../packages/server/src/metadata/tables/rows.ts'
import { current } from '../../../packages/server/src/metadata/tables/tables.ts'
import { withMd5 } from '../access/access-room.ts'
import { contentOf } from '../../support/content.ts'
import { EncryptionRoom, type Headers, type ModeName } from './encryption-room.ts'

type Swap = (row: ObjectRow, other: ObjectRow) => ObjectRow

/** A metadata store in which the row of the key `one` takes on what stands in that of `another`. */
class SwappingStore {
  swap: Swap | undefined
  readonly #rows = new Map<string, ObjectRow>()
  /** A row that changes has another stamp each time, below all that the store gives. */
  #stamp = 0

  around(inner: OrderedStore): OrderedStore {
    return {
      get: async (key) => this.#swapped(await inner.get(key)),
      getMany: async (keys) => (await inner.getMany(keys)).map((entry) => this.#swapped(entry)),
      scan: (range) => inner.scan(range),
      scanMany: (ranges) => inner.scanMany(ranges),
      snapshot: () => inner.snapshot(),
      commit: (change) => inner.commit(change),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    }
  }

  #swapped<T extends Entry | undefined>(entry: T): T {
    if (!entry || !isObjectRow(entry.key)) return entry
    const [, key] = current.parts(entry.key)
    const row = current.decode(entry)
    this.#rows.set(key, row)
    const other = this.#rows.get('another')
    if (!this.swap || !other || key !== 'one') return entry
    return { ...entry, value: current.encode(entry.key, this.swap(row, other), 2), stamp: --this.#stamp }
  }
}

const TABLE = current.range()

function isObjectRow(key: Uint8Array): boolean {
  return Buffer.compare(key, TABLE.start) >= 0 && Buffer.compare(key, TABLE.end) < 0
}

const store = new SwappingStore()
let room: EncryptionRoom
let bucket: string
beforeAll(async () => {
  room = await EncryptionRoom.open({ wrapMetadata: (inner) => store.around(inner) })
  bucket = await room.access.bucket()
  return () => room[Symbol.asyncDispose]()
})

/** Objects that differ in how they came to be encrypted, but not in mode and size. */
const KINDS: readonly (readonly [
  name: string,
  ModeName,
  make: (key: string, headers: Headers) => Promise<unknown>,
])[] = [
  ...(['AES256', 'aws:kms', 'aws:kms, with a bucket key', 'aws:kms:dsse', 'SSE-C'] as const).map(
    (mode) => [`${mode}, in one piece`, mode, (key: string, headers: Headers) => put(key, headers)] as const,
  ),
  ...(['AES256', 'aws:kms', 'aws:kms, with a bucket key'] as const).map(
    (mode) =>
      [
        `${mode}, in parts`,
        mode,
        (key: string, write: Headers) =>
          room.putParts(bucket, key, [contentOf(key, 50_000), contentOf(key, 50_000)], { write, read: {} }),
      ] as const,
  ),
  [
    'AES256, brought under a key',
    'AES256',
    async (key, headers) => {
      await put(key, headers)
      const body = `<ObjectEncryption><SSE-KMS><KMSKeyArn>${room.keyArn}</KMSKeyArn></SSE-KMS></ObjectEncryption>`
      const parts = { query: 'encryption=', body, headers: withMd5(body) }
      await room.access.must('owner', 'PUT', bucket, key, parts)
    },
  ],
]

function put(key: string, headers: Headers): Promise<unknown> {
  return room.put(bucket, key, contentOf(key, 100_000), headers)
}

function otherBytes(row: ObjectRow, { content }: ObjectRow): ObjectRow {
  if (row.content.kind === 'empty' || content.kind === 'empty') return row
  return { ...row, content: { ...row.content, id: content.id } }
}

function otherEncryption(row: ObjectRow, { encryption }: ObjectRow): ObjectRow {
  return { ...row, encryption }
}

/** What is read of the one object: an error, or whether it is what it was before. */
async function readSwapped(swap: Swap, read: Headers): Promise<unknown> {
  const before = await room.get(bucket, 'one', read)
  store.swap = swap
  const swapped = await room.get(bucket, 'one', read)
  store.swap = undefined
  return swapped.status === 200 ? swapped.body.equals(before.body) : swapped.errorCode
}

describe.each(KINDS)('%s', (_name, modeName, make) => {
  it('the bytes, and what opens them, of one object are nothing to another', async () => {
    const mode = room.mode(modeName)
    for (const key of ['one', 'another']) {
      await make(key, mode.write)
      expect((await room.get(bucket, key, mode.read)).status).toBe(200)
    }
    expect(await readSwapped(otherBytes, mode.read)).toBe('InternalError')
    // It may be the same for both; then the one opens as it always did.
    expect(['InternalError', true]).toContain(await readSwapped(otherEncryption, mode.read))
  })
})

it('nor are both, where a key is bound to the object', async () => {
  const { write, read } = room.mode('aws:kms')
  for (const key of ['one', 'another']) {
    await put(key, write)
    await room.get(bucket, key)
  }
  const swap: Swap = (row, { content, encryption }) => ({ ...row, content, encryption })
  expect(await readSwapped(swap, read)).toBe('InternalError')
})
