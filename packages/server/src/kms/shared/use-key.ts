import type { ContextKeys } from '../../access/request-context.ts'
import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import { KEY_ID, openCiphertext, readHead, sealCiphertext } from './ciphertext.ts'
import { deniedCiphertext } from './access-denied.ts'
import { mayUseKey } from './key-access.ts'
import { assertUsable, type KeyUse } from './key-state.ts'
import { SYMMETRIC_DEFAULT } from './key-specs.ts'
import { assertUsage } from './key-usage.ts'
import { KmsError } from './kms-error.ts'
import type { KmsContext, KmsService } from './kms-service.ts'
import { useKey } from './operation.ts'
import { materialIdOf } from './material-id.ts'
import { findKey, type Key } from './resolve-key.ts'
import { currentVersion } from './rotate-key.ts'

export interface SealedUnderKey {
  readonly ciphertext: Buffer
  readonly materialId: string
}

/** Encrypts with the newest material of a key. */
export async function sealUnder(
  service: KmsService,
  key: Key,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Promise<SealedUnderKey> {
  assertUsage(key, 'Encrypt', 'ENCRYPT_DECRYPT', SYMMETRIC_DEFAULT)
  const materialVersion = await currentVersion(service, key)
  const material = await service.materials.open(key.id, materialVersion)
  const head = { keyId: key.id, materialVersion }
  const ciphertext = sealCiphertext(head, material, plaintext, context, service.random)
  return { ciphertext, materialId: materialIdOf(key, materialVersion) }
}

export interface OpenRequest {
  readonly ciphertext: Uint8Array
  /** Which permission it takes, without `kms:`. */
  readonly operation: 'Decrypt' | 'ReEncryptFrom'
  readonly encryptionContext: EncryptionContext
  /** The key it must have been encrypted under, where the caller names one. */
  readonly keyName?: string | undefined
  /** Whose ciphertext is to be made of it, where it is to be encrypted again. */
  readonly destinationId?: string | undefined
}

/** `otherId`: of the key on the other side, where something is encrypted again. Source: AWS KMS Developer Guide, "kms:ReEncryptOnSameKey". */
export function sameKeyKeys(id: string, otherId: string | undefined): ContextKeys {
  return otherId === undefined ? {} : { 'kms:ReEncryptOnSameKey': String(id === otherId) }
}

export interface Opened {
  readonly key: Key
  readonly plaintext: Buffer
  readonly materialId: string
}

/** Decrypts with whatever key the ciphertext names, if the caller may. */
export async function openUnderItsKey(
  { service, caller }: KmsContext,
  { ciphertext, operation, encryptionContext, keyName, destinationId }: OpenRequest,
): Promise<Opened> {
  const keysWith = ({ id }: Pick<Key, 'id'>) => sameKeyKeys(id, destinationId)
  const use = { operation, usable: 'enabled', encryptionContext } as const
  const key =
    keyName === undefined || (await isOfOthers({ service, caller }, ciphertext, keyName))
      ? await keyOfCiphertext({ service, caller }, ciphertext, { ...use, keysWith })
      : await useKey({ service, caller }, keyName, { ...use, acceptsAlias: true, keysWith })
  assertUsable(key, 'enabled')
  assertUsage(key, 'Decrypt', 'ENCRYPT_DECRYPT', SYMMETRIC_DEFAULT)
  const head = readHead(ciphertext)
  if (key.id !== head.keyId) {
    const message = 'The key ID in the request does not identify a CMK that can perform this operation.'
    throw new KmsError('IncorrectKeyException', message)
  }
  // Material that the key never had: somebody made the ciphertext up.
  if (head.materialVersion < 1 || head.materialVersion > key.row.materialVersion)
    throw new KmsError('InvalidCiphertextException')
  const material = await service.materials.open(key.id, head.materialVersion)
  const plaintext = openCiphertext(head, material, ciphertext, encryptionContext)
  return { key, plaintext, materialId: materialIdOf(key, head.materialVersion) }
}

/**
 * Whether a key is named by nothing but the id that the ciphertext has, and is none of the caller's account. Source: AWS KMS API Reference,
 * Decrypt, "Cross-account use": "A short key ID is also acceptable when decrypting symmetric ciphertexts".
 */
async function isOfOthers(
  { service, caller }: KmsContext,
  ciphertext: Uint8Array,
  keyName: string,
): Promise<boolean> {
  if (!KEY_ID.test(keyName)) return false
  const key = await findKey(service, keyName)
  return key?.row.accountId !== caller.accountId && readHead(ciphertext).keyId === keyName
}

/** Ciphertext may be made up: whether there is such a key is told only to who may use it. */
async function keyOfCiphertext(
  { service, caller }: KmsContext,
  ciphertext: Uint8Array,
  { keysWith, ...use }: KeyUse & { keysWith: (key: Pick<Key, 'id'>) => ContextKeys },
): Promise<Key> {
  const { keyId: id } = readHead(ciphertext)
  const key = await findKey(service, id)
  if (key && (await mayUseKey(service, caller, key, { ...use, keys: keysWith({ id }) }))) return key
  throw deniedCiphertext(caller, use.operation)
}
