import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from 'vitest'
import { decryptWithRsa, encryptWithRsa } from './rsa-encryption.ts'

const MOST_TRIES = 10_000

// Source: RFC 8017, section 7.1.2: ciphertext is as long as the modulus.
it('ciphertext without its leading zero is none', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' })
  const plaintext = Buffer.from('secret')
  for (let count = 0; count < MOST_TRIES; count++) {
    const ciphertext = encryptWithRsa(secret, 'RSAES_OAEP_SHA_256', plaintext)
    if (ciphertext[0] !== 0) continue
    const decrypt = (bytes: Uint8Array) => decryptWithRsa(secret, 'RSAES_OAEP_SHA_256', bytes)
    expect(decrypt(ciphertext)).toEqual(plaintext)
    const refused = { code: 'InvalidCiphertextException' }
    expect(() => decrypt(ciphertext.subarray(1))).toThrow(expect.objectContaining(refused))
    expect(() => decrypt(Buffer.concat([Buffer.alloc(1), ciphertext]))).toThrow(
      expect.objectContaining(refused),
    )
    return
  }
  throw new Error('no ciphertext began with a zero')
})
