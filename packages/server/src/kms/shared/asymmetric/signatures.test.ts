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
