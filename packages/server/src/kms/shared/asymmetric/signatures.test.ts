import { createHash, generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { systemRandom } from '../../../base/random.ts'
import { sign, type Signable, verify } from './signatures.ts'

const MOST_TRIES = 10_000

// Source: RFC 8017, sections 8.1.2 and 8.2.2: a signature is as long as the modulus.
it.each(['RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PSS_SHA_256'])(
  'a signature by %s without its leading zero is none',
  async (algorithm) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const secret = privateKey.export({ format: 'der', type: 'pkcs8' })
    for (let count = 0; count < MOST_TRIES; count++) {
      const message = Buffer.from(`message ${count}`)
      const digest = createHash('sha256').update(message).digest()
      const ofDigest: Signable = { algorithm, bytes: digest, isDigest: true }
      const signature = await sign(secret, ofDigest, systemRandom)
      if (signature[0] !== 0) continue
      for (const signable of [ofDigest, { algorithm, bytes: message, isDigest: false }]) {
        expect(await verify(secret, signable, signature)).toBe(true)
        expect(await verify(secret, signable, signature.subarray(1))).toBe(false)
        expect(await verify(secret, signable, Buffer.concat([Buffer.alloc(1), signature]))).toBe(false)
      }
      return
    }
    throw new Error('no signature began with a zero')
  },
)

const AT_ONCE = 20

it('digests that are signed or verified in the main thread leave turns of it to others', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' })
  const signable: Signable = { algorithm: 'ECDSA_SHA_256', bytes: Buffer.alloc(32, 1), isDigest: true }
  const signature = await sign(secret, signable, systemRandom)
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  const works: (() => Promise<unknown>)[] = [
    () => sign(secret, signable, systemRandom),
    () => verify(secret, signable, signature),
  ]
  for (const work of works) {
    turns = 0
    isOver = false
    setImmediate(count)
    await Promise.all(Array.from({ length: AT_ONCE }, work))
    isOver = true
    expect(turns).toBeGreaterThanOrEqual(AT_ONCE - 2)
  }
})
