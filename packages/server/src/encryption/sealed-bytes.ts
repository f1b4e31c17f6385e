import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Random } from '../base/random.ts'
import { deriveBytes } from './derive-key.ts'
import { KEY_BYTES, TAG_BYTES } from './sealed-size.ts'

/*
 * Few bytes sealed under a key that seals many: salt (24), ciphertext, tag (16). Key and nonce of the AES-256-GCM come
 * from the long-lived key and the salt by HKDF, so there is no bound on how much one key may seal: random nonces of 96
 * bits would allow for 2^32 seals only.
 */
const SALT_BYTES = 24
const NONCE_BYTES = 12
const PURPOSE = 'holdfast sealed bytes v1'

/** By how much sealing makes bytes longer. */
export const SEAL_BYTES = SALT_BYTES + TAG_BYTES

/** Seals bytes under a key. `bound` is not kept, but must be given again to open them. */
export function sealBytes(key: Uint8Array, plain: Uint8Array, bound: Uint8Array, random: Random): Buffer {
  const salt = random.bytes(SALT_BYTES)
  const cipher = createCipheriv('aes-256-gcm', ...keyAndNonce(key, salt), { authTagLength: TAG_BYTES })
  cipher.setAAD(bound)
  return Buffer.concat([salt, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** What was sealed; `undefined` where key, `bound` or bytes are not the same. */
export function openBytes(key: Uint8Array, sealed: Uint8Array, bound: Uint8Array): Buffer | undefined {
  if (sealed.length < SEAL_BYTES) return undefined
  const [cipherKey, nonce] = keyAndNonce(key, sealed.subarray(0, SALT_BYTES))
  const decipher = createDecipheriv('aes-256-gcm', cipherKey, nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(bound)
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const plain = decipher.update(sealed.subarray(SALT_BYTES, -TAG_BYTES))
  try {
    return Buffer.concat([plain, decipher.final()])
  } catch {
    return undefined
  }
}

function keyAndNonce(key: Uint8Array, salt: Uint8Array): [key: Buffer, nonce: Buffer] {
  const derived = deriveBytes(key, salt, PURPOSE, KEY_BYTES + NONCE_BYTES)
  return [derived.subarray(0, KEY_BYTES), derived.subarray(KEY_BYTES)]
}
