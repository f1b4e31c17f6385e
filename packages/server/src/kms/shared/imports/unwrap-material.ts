import { constants, createDecipheriv, type KeyObject, privateDecrypt } from 'node:crypto'
import { privateKeyOf } from '../asymmetric/key-secrets.ts'
import { KmsError } from '../kms-error.ts'

/** In tokens they go by their places. */
export const WRAPPING_ALGORITHMS = [
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
] as const
export type WrappingAlgorithm = (typeof WRAPPING_ALGORITHMS)[number]

/** RFC 5649, section 3. */
const PADDED_WRAP_IV = Buffer.from('a65959a6', 'hex')

/**
 * Opens material that was encrypted to a wrapping key: by RSA itself, or by an AES key (RFC 5649) that stands before it encrypted by RSA, as
 * CKM_RSA_AES_KEY_WRAP of PKCS #11 does. Throws InvalidCiphertextException for what was not made so. Source: AWS KMS Developer Guide,
 * "Encrypt the key material".
 */
export function unwrapMaterial(
  privateKey: Uint8Array,
  algorithm: WrappingAlgorithm,
  wrapped: Uint8Array,
): Buffer {
  const key = privateKeyOf(privateKey)
  const oaepHash = algorithm.endsWith('SHA_1') ? 'sha1' : 'sha256'
  try {
    if (algorithm.startsWith('RSAES')) return openOaep(key, oaepHash, wrapped)
    const keyBytes = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
    const aesKey = openOaep(key, oaepHash, wrapped.subarray(0, keyBytes))
    return unwrapPadded(aesKey, wrapped.subarray(keyBytes))
  } catch (cause) {
    throw new KmsError('InvalidCiphertextException', '', { cause })
  }
}

function openOaep(key: KeyObject, oaepHash: string, sealed: Uint8Array): Buffer {
  return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, sealed)
}

/** AES key wrap with padding, whose shortest text has two blocks of 8 bytes. */
function unwrapPadded(aesKey: Uint8Array, wrapped: Uint8Array): Buffer {
  if (wrapped.length < 16 || wrapped.length % 8 !== 0) throw new Error('no wrapped key has this length')
  const decipher = createDecipheriv(`id-aes${aesKey.length * 8}-wrap-pad`, aesKey, PADDED_WRAP_IV)
  return Buffer.concat([decipher.update(wrapped), decipher.final()])
}
