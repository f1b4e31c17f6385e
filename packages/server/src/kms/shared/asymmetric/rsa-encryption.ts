import { constants, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { KmsError } from '../kms-error.ts'
import { privateKeyOf } from './key-secrets.ts'
import { modulusBytes } from './rsa-digest.ts'

/** Throws ValidationException for what the key is too small for. Source: AWS KMS API Reference, Encrypt, Plaintext. */
export function encryptWithRsa(secret: Uint8Array, algorithm: string, plaintext: Uint8Array): Buffer {
  const key = createPublicKey(privateKeyOf(secret))
  const sizeBytes = modulusBytes(key)
  const most = sizeBytes - 2 * (algorithm === 'RSAES_OAEP_SHA_1' ? 20 : 32) - 2
  if (plaintext.length > most) {
    const message = `Algorithm ${algorithm} and a key of ${sizeBytes * 8} bits encrypt ${most} bytes at the most.`
    throw new KmsError('ValidationException', message)
  }
  return publicEncrypt(paddingOf(key, algorithm), plaintext)
}

/** Throws InvalidCiphertextException for what the key did not encrypt, whatever is wrong with it. */
export function decryptWithRsa(secret: Uint8Array, algorithm: string, ciphertext: Uint8Array): Buffer {
  const key = privateKeyOf(secret)
  // OpenSSL takes some that lack their leading zeros. Source: RFC 8017, section 7.1.2, step 1.
  if (ciphertext.length !== modulusBytes(key)) throw new KmsError('InvalidCiphertextException')
  try {
    return privateDecrypt(paddingOf(key, algorithm), ciphertext)
  } catch {
    throw new KmsError('InvalidCiphertextException')
  }
}

function paddingOf(key: KeyObject, algorithm: string) {
  const oaepHash = algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256'
  return { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
}
