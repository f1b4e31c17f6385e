import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import type { KeySpec, SecretKind } from '../key-specs.ts'
import { KmsError } from '../kms-error.ts'

/**
 * Material for a kind of key, as it is kept. Throws IncorrectKeyMaterialException for what cannot be a key of that kind. Source: AWS KMS Developer
 * Guide, "Requirements for imported key material": 32 bytes, the bytes of an HMAC key, or a private key as PKCS #8 in DER.
 */
export function checkedMaterial(spec: KeySpec, material: Buffer): Buffer {
  const { secret } = spec
  if (secret.kind === 'aes') return ofLength(material, 32, 32)
  // From as long as the digest to as long as a block of the hash.
  if (secret.kind === 'hmac') return ofLength(material, secret.sizeBytes, secret.sizeBytes > 32 ? 128 : 64)
  return ofPrivateKey(spec, material)
}

/** Kinds of keys that material can be imported for. Source: AWS KMS API Reference, ImportKeyMaterial. */
export function isImportable({ secret: { kind } }: KeySpec): boolean {
  return kind !== 'ml-dsa' && kind !== 'ml-kem'
}

function ofLength(material: Buffer, least: number, most: number): Buffer {
  if (material.length < least || material.length > most) {
    const wanted = least === most ? `${least}` : `${least} to ${most}`
    throw new KmsError('IncorrectKeyMaterialException', `The key material must have ${wanted} bytes.`)
  }
  return material
}

/** In one form, so that the same key is the same material whoever wrote it down. */
function ofPrivateKey({ name, secret }: KeySpec, material: Buffer): Buffer {
  try {
    const key = createPrivateKey({ key: material, format: 'der', type: 'pkcs8' })
    if (!isOfKind(secret, key) || !isWhole(secret, key))
      throw new Error('a key of another kind, or none that works')
    return key.export({ format: 'der', type: 'pkcs8' })
  } catch (cause) {
    const message = `The key material must be a private key for ${name}, as PKCS #8 in DER.`
    throw new KmsError('IncorrectKeyMaterialException', message, { cause })
  }
}

function isOfKind(secret: SecretKind, { asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  if (secret.kind === 'rsa')
    return asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === secret.modulusBits
  if (secret.kind === 'ec')
    return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === secret.curve
  return secret.kind === 'edwards' && asymmetricKeyType === 'ed25519'
}

const PROBE = Buffer.from('holdfast')

/** Whether its halves belong together: a made-up key has numbers that do not. */
function isWhole({ kind }: SecretKind, key: KeyObject): boolean {
  const hashName = kind === 'edwards' ? null : 'sha256'
  return verify(hashName, PROBE, createPublicKey(key), sign(hashName, PROBE, key))
}
