import { bufferOf } from '../../base/buffer-of.ts'
import type { Random } from '../../base/random.ts'
import { encodeContext, type EncryptionContext } from '../../encryption/encryption-context.ts'
import { openBytes, sealBytes } from '../../encryption/sealed-bytes.ts'
import { KmsError } from './kms-error.ts'

/*
 * Ciphertext names its key: format (1), length of the key's id (1), the id, version of the material (4, big-endian);
 * then what `sealBytes` makes of the plaintext under that material, this head and the encryption context bound.
 */
const FORMAT = 1

/** A UUID, or a name that the config gave a key. */
export const KEY_ID = /^[\w-]{1,128}$/

export interface CiphertextHead {
  readonly keyId: string
  readonly materialVersion: number
}

export function sealCiphertext(
  head: CiphertextHead,
  material: Uint8Array,
  plaintext: Uint8Array,
  context: EncryptionContext,
  random: Random,
): Buffer {
  const bytes = encodeHead(head)
  return Buffer.concat([bytes, sealBytes(material, plaintext, boundBytes(bytes, context), random)])
}

/** Which key opens it. Throws InvalidCiphertextException for what no key of ours made. */
export function readHead(ciphertext: Uint8Array): CiphertextHead {
  const bytes = bufferOf(ciphertext)
  const idEnd = 2 + (bytes[1] ?? 0)
  if (bytes[0] !== FORMAT || bytes.length < idEnd + 4) throw new KmsError('InvalidCiphertextException')
  const keyId = bytes.toString('latin1', 2, idEnd)
  if (!KEY_ID.test(keyId)) throw new KmsError('InvalidCiphertextException')
  return { keyId, materialVersion: bytes.readUInt32BE(idEnd) }
}

/** Throws InvalidCiphertextException where ciphertext or context are not as they were. */
export function openCiphertext(
  head: CiphertextHead,
  material: Uint8Array,
  ciphertext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const bytes = encodeHead(head)
  const plaintext = openBytes(material, ciphertext.subarray(bytes.length), boundBytes(bytes, context))
  if (!plaintext) throw new KmsError('InvalidCiphertextException')
  return plaintext
}

function encodeHead({ keyId, materialVersion }: CiphertextHead): Buffer {
  const id = Buffer.from(keyId)
  const version = Buffer.alloc(4)
  version.writeUInt32BE(materialVersion)
  return Buffer.concat([Buffer.from([FORMAT, id.length]), id, version])
}

function boundBytes(head: Uint8Array, context: EncryptionContext): Buffer {
  return Buffer.concat([head, encodeContext(context)])
}
