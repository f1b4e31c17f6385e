import { constants, createCipheriv, createPublicKey, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { KmsError } from '../kms-error.ts'
import { unwrapMaterial, WRAPPING_ALGORITHMS } from './unwrap-material.ts'

/** Two, one of which is not the one that was wrapped for. */
const [pair, other] = [2048, 3072].map((modulusLength) => generateKeyPairSync('rsa', { modulusLength }))
const privateBytes = (which = pair): Buffer => {
  if (!which) throw new Error('no pair')
  return which.privateKey.export({ format: 'der', type: 'pkcs8' })
}

const oaepHashOf = (algorithm: string): string => (algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256')

function sealed(algorithm: string, bytes: Uint8Array): Buffer {
  if (!pair) throw new Error('no pair')
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const key = createPublicKey(pair.privateKey)
  return publicEncrypt({ key, padding, oaepHash: oaepHashOf(algorithm) }, bytes)
}

function wrapped(algorithm: string, material: Uint8Array, aesKey: Uint8Array): Buffer {
  if (algorithm.startsWith('RSAES')) return sealed(algorithm, material)
  const iv = Buffer.from('a65959a6', 'hex')
  const cipher = createCipheriv(`id-aes${aesKey.length * 8}-wrap-pad`, aesKey, iv)
  return Buffer.concat([sealed(algorithm, aesKey), cipher.update(material), cipher.final()])
}

const algorithm = fc.constantFrom(...WRAPPING_ALGORITHMS)
const aesKey = fc
  .constantFrom(16, 24, 32)
  .chain((size) => fc.uint8Array({ minLength: size, maxLength: size }))
/** As much as RSA itself takes by SHA-256. */
const MOST_BYTES = 190

it('opens what was wrapped, of every length', () => {
  const material = fc.uint8Array({ minLength: 1, maxLength: MOST_BYTES })
  const check = (name: (typeof WRAPPING_ALGORITHMS)[number], bytes: Uint8Array, key: Uint8Array): void => {
    const opened = unwrapMaterial(privateBytes(), name, wrapped(name, bytes, key))
    expect(opened).toEqual(Buffer.from(bytes))
  }
  fc.assert(fc.property(algorithm, material, aesKey, check), { numRuns: 200 })
})

it('refuses whatever else comes, and throws nothing but that', () => {
  const bytes = Buffer.alloc(32, 7)
  const made = new Map(WRAPPING_ALGORITHMS.map((name) => [name, wrapped(name, bytes, Buffer.alloc(32, 1))]))
  const change = fc.oneof(
    fc
      .record({ at: fc.nat(2000), by: fc.integer({ min: 1, max: 255 }) })
      .map(({ at, by }) => (from: Buffer) => {
        const changed = Buffer.from(from)
        changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ by
        return changed
      }),
    fc
      .nat(400)
      .map((size) => (from: Buffer) => (size < from.length ? from.subarray(0, size) : Buffer.alloc(0))),
    fc
      .uint8Array({ minLength: 1, maxLength: 64 })
      .map((more) => (from: Buffer) => Buffer.concat([from, more])),
    fc.uint8Array({ maxLength: 600 }).map((any) => () => Buffer.from(any)),
  )
  const check = (name: (typeof WRAPPING_ALGORITHMS)[number], changed: (from: Buffer) => Buffer): void => {
    const from = made.get(name) ?? Buffer.alloc(0)
    expect(isRefused(() => unwrapMaterial(privateBytes(), name, changed(from)))).toBe(true)
  }
  fc.assert(fc.property(algorithm, change, check), { numRuns: 300 })
})

it('refuses what was wrapped for another key, or by another algorithm', () => {
  for (const from of WRAPPING_ALGORITHMS) {
    const bytes = wrapped(from, Buffer.alloc(32, 7), Buffer.alloc(32, 1))
    expect(isRefused(() => unwrapMaterial(privateBytes(other), from, bytes))).toBe(true)
    for (const to of WRAPPING_ALGORITHMS.filter((name) => name !== from))
      expect(isRefused(() => unwrapMaterial(privateBytes(), to, bytes))).toBe(true)
  }
})

it('takes no key of AES of another length', () => {
  for (const size of [0, 8, 31, 33, 64]) {
    const made = Buffer.concat([
      sealed('RSA_AES_KEY_WRAP_SHA_256', Buffer.alloc(size, 1)),
      Buffer.alloc(40, 1),
    ])
    expect(isRefused(() => unwrapMaterial(privateBytes(), 'RSA_AES_KEY_WRAP_SHA_256', made))).toBe(true)
  }
})

function isRefused(run: () => unknown): boolean {
  try {
    run()
    return false
  } catch (error) {
    return error instanceof KmsError && error.code === 'InvalidCiphertextException'
  }
}
