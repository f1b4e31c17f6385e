import crypto from 'node:crypto'
import { assert } from '../../../base/assert.ts'
import { KmsError } from '../kms-error.ts'
import { privateKeyOf } from './key-secrets.ts'

/*
 * ML-KEM. Source: FIPS 203. Node.js before 24.7 has neither of the two functions, and makes no keys for them; a module that imports one by its
 * name would not load there.
 */
const { encapsulate, decapsulate } = crypto as Partial<Pick<typeof crypto, 'encapsulate' | 'decapsulate'>>

export function encapsulated(secret: Uint8Array): {
  readonly sharedKey: Buffer
  readonly ciphertext: Buffer
} {
  assert(encapsulate, 'there are keys of ML-KEM')
  return encapsulate(crypto.createPublicKey(privateKeyOf(secret)))
}

/**
 * The shared key of a ciphertext; of one that the key did not make some other 32 bytes. Throws InvalidCiphertextException for one of another
 * length. Source: AWS KMS API Reference, Decapsulate.
 */
export function decapsulated(secret: Uint8Array, ciphertext: Uint8Array): Buffer {
  assert(decapsulate, 'there are keys of ML-KEM')
  const key = privateKeyOf(secret)
  try {
    return decapsulate(key, ciphertext)
  } catch {
    throw new KmsError('InvalidCiphertextException')
  }
}
