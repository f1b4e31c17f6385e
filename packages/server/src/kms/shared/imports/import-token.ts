import { createHmac } from 'node:crypto'
import type { Random } from '../../../base/random.ts'
import { bufferOf } from '../../../base/buffer-of.ts'
import { openBytes, sealBytes } from '../../../encryption/sealed-bytes.ts'
import { KmsError } from '../kms-error.ts'
import type { KmsService } from '../kms-service.ts'
import { WRAPPING_ALGORITHMS, type WrappingAlgorithm } from './unwrap-material.ts'

/*
 * An import token holds the private key of the pair whose public key it came with, so that no server keeps it: format (1), then what
 * `sealBytes` makes of when it ends (8, milliseconds, big-endian), the number of the wrapping algorithm (1) and the key in PKCS #8.
 */
const FORMAT = 1
const HEAD_BYTES = 9

export interface ImportToken {
  readonly validToMilliseconds: number
  readonly algorithm: WrappingAlgorithm
  /** PKCS #8. */
  readonly privateKey: Uint8Array
}

/** What a key has for its imports: tokens are sealed under it, and ids of material are made with it. */
export function importSecret(
  { materials }: Pick<KmsService, 'materials'>,
  keyId: string,
): Promise<Uint8Array> {
  return materials.open(keyId, 0)
}

export function sealImportToken(
  secret: Uint8Array,
  keyId: string,
  { validToMilliseconds, algorithm, privateKey }: ImportToken,
  random: Random,
): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeBigUInt64BE(BigInt(validToMilliseconds))
  head[HEAD_BYTES - 1] = WRAPPING_ALGORITHMS.indexOf(algorithm)
  const sealed = sealBytes(secret, Buffer.concat([head, privateKey]), boundBytes(keyId), random)
  return Buffer.concat([Buffer.of(FORMAT), sealed])
}

/**
 * Throws InvalidImportTokenException for what is none of this key, ExpiredImportTokenException for one that is too old. Source: AWS KMS API
 * Reference, ImportKeyMaterial, Errors.
 */
export function openImportToken(
  secret: Uint8Array,
  keyId: string,
  token: Uint8Array,
  nowMilliseconds: number,
): ImportToken {
  const opened =
    token[0] === FORMAT ? openBytes(secret, bufferOf(token).subarray(1), boundBytes(keyId)) : undefined
  const algorithm = WRAPPING_ALGORITHMS[opened?.[HEAD_BYTES - 1] ?? -1]
  if (!opened || !algorithm) throw new KmsError('InvalidImportTokenException')
  const validToMilliseconds = Number(opened.readBigUInt64BE())
  if (validToMilliseconds <= nowMilliseconds) throw new KmsError('ExpiredImportTokenException')
  return { validToMilliseconds, algorithm, privateKey: opened.subarray(HEAD_BYTES) }
}

function boundBytes(keyId: string): Buffer {
  return Buffer.from(`holdfast import token v1\0${keyId}`)
}

/**
 * Tells material apart, for one key alone, and tells nothing of it: whoever may look at a key cannot try out weak material. Source: AWS KMS
 * API Reference, ImportKeyMaterial, KeyMaterialId: "based on the KMS key ID and the imported key material".
 */
export function importedMaterialId(secret: Uint8Array, keyId: string, material: Uint8Array): string {
  return createHmac('sha256', secret)
    .update(`holdfast key material id v1\0${keyId}\0`)
    .update(material)
    .digest('hex')
}
