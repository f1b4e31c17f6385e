import { expect, it } from 'vitest'
import type { OrderedStore } from '../../../packages/server/src/metadata/ordered-store.ts'
import { kmsKeys } from '../../../packages/server/src/metadata/tables/kms-tables.ts'
import { manyTimes } from '../../support/sizes.ts'
import { expectSuccess } from '../objects/object-room.ts'
import { EncryptionRoom, type Headers, kmsHeaders } from './encryption-room.ts'

const PUTS = manyTimes
const AT_ONCE = 50

/** Counts what the key service reads of one key: once for each call. */
class KeyReads {
  count = 0
  #keyId: string | undefined

  of(keyId: string): void {
    this.#keyId = keyId
    this.count = 0
  }

  around(inner: OrderedStore): OrderedStore {
    return {
      get: (key) => {
        if (this.#keyId !== undefined && Buffer.compare(key, kmsKeys.key(this.#keyId)) === 0) this.count++
        return inner.get(key)
      },
      getMany: (keys) => inner.getMany(keys),
      scan: (range) => inner.scan(range),
      scanMany: (ranges) => inner.scanMany(ranges),
      snapshot: () => inner.snapshot(),
      commit: (change) => inner.commit(change),
      [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
    }
  }
}

it(
  `${PUTS} PUTs with a bucket key make 10 calls of the key service at most`,
  { timeout: 180_000 },
  async () => {
    const reads = new KeyReads()
    await using room = await EncryptionRoom.open({ wrapMetadata: (store) => reads.around(store) })
    const bucket = await room.access.bucket()
    const putMany = async (count: number, headers: Headers): Promise<void> => {
      let next = 0
      const worker = async (): Promise<void> => {
        while (next < count) {
          const key = `key ${next++}`
          expectSuccess(await room.access.ask('owner', 'PUT', bucket, key, { headers, body: 'x' }))
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, worker))
    }

    reads.of(room.keyId)
    await putMany(100, kmsHeaders(room.keyId))
    const callsWithout = reads.count
    expect(callsWithout).toBeGreaterThanOrEqual(100)

    reads.of(room.keyId)
    await putMany(PUTS, kmsHeaders(room.keyId, { 'x-amz-server-side-encryption-bucket-key-enabled': 'true' }))
    expect(reads.count).toBeGreaterThan(0)
    expect(reads.count).toBeLessThanOrEqual(10)
    const last = await room.get(bucket, `key ${PUTS - 1}`)
    expect([last.text, last.headers['x-amz-server-side-encryption-bucket-key-enabled']]).toEqual([
      'x',
      'true',
    ])
  },
)
