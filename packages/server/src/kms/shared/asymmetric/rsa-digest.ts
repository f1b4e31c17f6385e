import {
  constants,
  createHash,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  timingSafeEqual,
} from 'node:crypto'
import type { Random } from '../../../base/random.ts'

/*
 * Signatures of RSA over a digest that is there already: node:crypto makes its own digests alone. Source: RFC 8017, "Signature Scheme
 * with Appendix".
 */

/** DigestInfo before the digest. Source: RFC 8017, section 9.2, note 1. */
const DIGEST_INFO: Readonly<Record<string, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
}

export function signPkcs1(hashName: string, digest: Uint8Array, key: KeyObject): Buffer {
  return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo(hashName, digest))
}

export function verifyPkcs1(
  hashName: string,
  digest: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): boolean {
  const padding = constants.RSA_PKCS1_PADDING
  const opened = opening(() => publicDecrypt({ key, padding }, signature))
  const expected = digestInfo(hashName, digest)
  return opened?.length === expected.length && timingSafeEqual(opened, expected)
}

function digestInfo(hashName: string, digest: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(DIGEST_INFO[hashName] ?? '', 'hex'), digest])
}

/** With a salt as long as the digest, as KMS has it. Source: RFC 8017, section 9.1.1, EMSA-PSS-ENCODE; a modulus has whole bytes here. */
export function signPss(hashName: string, digest: Uint8Array, key: KeyObject, random: Random): Buffer {
  const sizeBytes = modulusBytes(key)
  const salt = random.bytes(digest.length)
  const hash = saltedHash(hashName, digest, salt)
  const block = Buffer.alloc(sizeBytes - hash.length - 1)
  block[block.length - salt.length - 1] = 1
  salt.copy(block, block.length - salt.length)
  const masked = masking(hashName, block, hash)
  const encoded = Buffer.concat([masked, hash, Buffer.from([0xbc])])
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)
}

/** Source: RFC 8017, section 9.1.2, EMSA-PSS-VERIFY. */
export function verifyPss(
  hashName: string,
  digest: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): boolean {
  const sizeBytes = modulusBytes(key)
  const padding = constants.RSA_NO_PADDING
  const encoded = opening(() => publicDecrypt({ key, padding }, signature))
  if (encoded?.length !== sizeBytes || encoded[sizeBytes - 1] !== 0xbc) return false
  const blockBytes = sizeBytes - digest.length - 1
  const masked = encoded.subarray(0, blockBytes)
  const hash = encoded.subarray(blockBytes, sizeBytes - 1)
  if (((masked[0] ?? 0) & 0x80) !== 0) return false
  const block = masking(hashName, masked, hash)
  const saltAt = blockBytes - digest.length
  if (block[saltAt - 1] !== 1 || block.subarray(0, saltAt - 1).some((byte) => byte !== 0)) return false
  return timingSafeEqual(hash, saltedHash(hashName, digest, block.subarray(saltAt)))
}

export function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
}

function saltedHash(hashName: string, digest: Uint8Array, salt: Uint8Array): Buffer {
  return createHash(hashName).update(Buffer.alloc(8)).update(digest).update(salt).digest()
}

/** The block with its mask on it, or without it where it had one; its topmost bit is none of the modulus. */
function masking(hashName: string, block: Uint8Array, seed: Uint8Array): Buffer {
  const mask = generatedMask(hashName, seed, block.length)
  const masked = Buffer.from(block.map((byte, at) => byte ^ (mask[at] ?? 0)))
  masked[0] = (masked[0] ?? 0) & 0x7f
  return masked
}

/** Source: RFC 8017, appendix B.2.1, MGF1. */
function generatedMask(hashName: string, seed: Uint8Array, sizeBytes: number): Buffer {
  const blocks: Buffer[] = []
  const counter = Buffer.alloc(4)
  for (let count = 0; Buffer.concat(blocks).length < sizeBytes; count++) {
    counter.writeUInt32BE(count)
    blocks.push(createHash(hashName).update(seed).update(counter).digest())
  }
  return Buffer.concat(blocks).subarray(0, sizeBytes)
}

/** What is no number below the modulus cannot be opened. */
function opening(open: () => Buffer): Buffer | undefined {
  try {
    return open()
  } catch {
    return undefined
  }
}
