import { beforeEach, describe, expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { systemRandom } from '../base/random.ts'
import { BUCKET_KEY_LIMITS, BucketKeys } from './bucket-keys.ts'
import { encodeContext } from './encryption-context.ts'
import type { DataKeyService } from './key-service.ts'
import { KeyServiceFault } from './key-service-fault.ts'
import { openBytes, sealBytes } from './sealed-bytes.ts'

const key = Buffer.alloc(32, 1)
let clock: MovableClock
let isAway: boolean
let service: DataKeyService<string>
let calls: string[]

beforeEach(() => {
  clock = new MovableClock()
  isAway = false
  calls = []
  service = {
    async generateDataKey(caller, keyName, context) {
      calls.push(`generate ${caller} ${keyName}`)
      if (isAway) throw new KeyServiceFault('unavailable', 'away')
      const plaintext = Uint8Array.from(systemRandom.bytes(32))
      return {
        plaintext,
        sealed: sealBytes(key, plaintext, encodeContext(context), systemRandom),
        keyArn: keyName,
      }
    },
    async openDataKey(caller, sealed, context) {
      calls.push(`open ${caller}`)
      const plaintext = openBytes(key, sealed, encodeContext(context))
      if (!plaintext) throw new KeyServiceFault('refused', 'not of this context')
      return { plaintext, sealed, keyArn: 'arn' }
    },
  }
})

const use = (caller = 'ann', bucket = 'one') => ({
  caller,
  callerName: caller,
  context: { 'aws:s3:arn': `arn:aws:s3:::${bucket}` },
})
const salt = Buffer.alloc(32, 2)

describe('bucket keys', () => {
  it('make 10,000 uploads cost one call', async () => {
    const keys = new BucketKeys(service, clock)
    const first = await keys.forSealing(use(), 'a-key')
    for (let index = 1; index < 10_000; index++) {
      expect((await keys.forSealing(use(), 'a-key')).sealed).toBe(first.sealed)
    }
    expect(calls).toEqual(['generate ann a-key'])
  })

  it('open what they sealed, with one call for many reads', async () => {
    const { dataKey, sealed } = await new BucketKeys(service, clock).forSealing(use(), 'a-key')
    const reading = new BucketKeys(service, clock)
    for (let index = 0; index < 5; index++) {
      const opened = await reading.forOpening(use(), Uint8Array.from(sealed))
      expect(opened.dataKey.contentKey(salt)).toEqual(dataKey.contentKey(salt))
    }
    expect(calls).toEqual(['generate ann a-key', 'open ann'])
    await expect(reading.forOpening(use('ann', 'two'), sealed)).rejects.toMatchObject({ kind: 'refused' })
  })

  it('are fetched once for uploads at the same time', async () => {
    const keys = new BucketKeys(service, clock)
    await Promise.all(Array.from({ length: 20 }, () => keys.forSealing(use(), 'a-key')))
    expect(calls).toHaveLength(1)
  })

  it('are of one caller, bucket and key each', async () => {
    const keys = new BucketKeys(service, clock)
    for (const one of [use(), use('bob'), use('ann', 'two')]) {
      await keys.forSealing(one, 'a-key')
      await keys.forSealing(one, 'another-key')
    }
    expect(calls).toHaveLength(6)
  })

  it('have their time and their number of uses', async () => {
    const keys = new BucketKeys(service, clock, { ...BUCKET_KEY_LIMITS, mostUses: 3 })
    for (let index = 0; index < 7; index++) await keys.forSealing(use(), 'a-key')
    expect(calls).toHaveLength(3)
    clock.advance(BUCKET_KEY_LIMITS.lifeMilliseconds)
    await keys.forSealing(use(), 'a-key')
    expect(calls).toHaveLength(4)
  })

  it('ask again after a failure', async () => {
    const keys = new BucketKeys(service, clock)
    isAway = true
    await expect(keys.forSealing(use(), 'a-key')).rejects.toMatchObject({ kind: 'unavailable' })
    isAway = false
    expect((await keys.forSealing(use(), 'a-key')).keyArn).toBe('a-key')
  })

  it('are so many in memory and no more, the last used staying', async () => {
    const keys = new BucketKeys(service, clock, { ...BUCKET_KEY_LIMITS, mostBytes: 20_000 })
    for (const keyName of ['a', 'b', 'a', 'c', 'a']) await keys.forSealing(use(), keyName)
    expect(calls).toEqual(['generate ann a', 'generate ann b', 'generate ann c'])
    await keys.forSealing(use(), 'b')
    expect(calls).toHaveLength(4)
  })
})
