import { createHmac, hkdfSync, type KeyObject } from 'node:crypto'

/** `sizeBytes` that follow from a key, a salt and what they are for: HKDF-SHA256 (RFC 5869). */
export function deriveBytes(key: Uint8Array, salt: Uint8Array, purpose: string, sizeBytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, purpose, sizeBytes))
}

/**
 * HKDF-Expand's first block (RFC 5869, 2.3), its info being the purpose, a zero byte and the salt: 32 bytes from a key
 * that is uniformly random already. A cached `KeyObject` makes this the cheapest derivation there is, one HMAC.
 */
export function expandKey(key: KeyObject, salt: Uint8Array, purpose: string): Buffer {
  return createHmac('sha256', key).update(`${purpose}\0`).update(salt).update(FIRST_BLOCK).digest()
}

const FIRST_BLOCK = Buffer.from([1])
