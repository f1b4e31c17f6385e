import { constants, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto'
import { KmsError } from '../kms-error.ts'
import { privateKeyOf } from './key-secrets.ts'

/** Throws ValidationException for what the key is too small for. Source: AWS KMS API Reference, Encrypt, Plaintext. */
export function encryptWithRsa(secret: Uint8Array, algorithm: string, plaintext: Uint8Array): Buffer {
  const key = createPublicKey(privateKeyOf(secret))
  const modulusBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
  const most = modulusBytes - 2 * (algorithm === 'RSAES_OAEP_SHA_1' ? 20 : 32) - 2
  if (plaintext.length > most) {
    const message = `Algorithm ${algorithm} and a key of ${modulusBytes * 8} bits encrypt ${most} bytes at the most.`
    throw new KmsError('ValidationException', message)
  }
  return publicEncrypt(paddingOf(key, algorithm), plaintext)
}

/** Throws InvalidCiphertextException for what the key did not encrypt, whatever is wrong with it. */
export function decryptWithRsa(secret: Uint8Array, algorithm: string, ciphertext: Uint8Array): Buffer {
  try {
    return privateDecrypt(paddingOf(privateKeyOf(secret), algorithm), ciphertext)
  } catch {
    throw new KmsError('InvalidCiphertextException')
  }
}

function paddingOf(key: KeyObject, algorithm: string) {
  const oaepHash = algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256'
  return { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
}
