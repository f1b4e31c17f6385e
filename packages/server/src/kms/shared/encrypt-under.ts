import type { ContextKeys } from '../../access/request-context.ts'
import { ownTurn } from './asymmetric/own-turn.ts'
import { secretOf } from './asymmetric/secret-of.ts'
import { decryptWithRsa, encryptWithRsa } from './asymmetric/rsa-encryption.ts'
import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import { SYMMETRIC_DEFAULT } from './key-specs.ts'
import { assertUsage } from './key-usage.ts'
import { KmsError } from './kms-error.ts'
import type { KmsContext, KmsService } from './kms-service.ts'
import { useKey } from './operation.ts'
import type { Key } from './resolve-key.ts'
import { openUnderItsKey, type OpenRequest, sameKeyKeys, sealUnder } from './use-key.ts'

interface Encrypting {
  readonly algorithm?: string | undefined
  readonly plaintext: Uint8Array
  readonly encryptionContext?: EncryptionContext | undefined
}

/** Encrypts by whatever algorithm the key has. `materialId` is there for symmetric keys alone. */
export async function encryptUnder(
  service: KmsService,
  key: Key,
  { algorithm = SYMMETRIC_DEFAULT, plaintext, encryptionContext }: Encrypting,
): Promise<{ readonly ciphertext: Buffer; readonly materialId?: string }> {
  if (algorithm === SYMMETRIC_DEFAULT) return sealUnder(service, key, plaintext, encryptionContext ?? {})
  const use = { operation: 'Encrypt', usage: 'ENCRYPT_DECRYPT', algorithm } as const
  const secret = await secretOf(service, key, use)
  assertNoContext(encryptionContext)
  return { ciphertext: encryptWithRsa(secret, algorithm, plaintext) }
}

type Decrypting = OpenRequest & { readonly algorithm?: string | undefined }

/** Decrypts by whatever algorithm is asked for; that of a key of RSA cannot tell which key it is. */
export async function decryptUnder(
  context: KmsContext,
  { algorithm = SYMMETRIC_DEFAULT, ...request }: Decrypting,
): Promise<{ readonly key: Key; readonly plaintext: Buffer; readonly materialId?: string }> {
  if (algorithm === SYMMETRIC_DEFAULT) return openUnderItsKey(context, request)
  const key = await keyToDecrypt(context, { algorithm, ...request })
  const secret = await context.service.materials.open(key.id, 1)
  await ownTurn()
  return { key, plaintext: decryptWithRsa(secret, algorithm, request.ciphertext) }
}

/** The key that the request names, where the caller may decrypt with it and it is one for that. */
export async function keyToDecrypt(
  context: KmsContext,
  {
    algorithm = SYMMETRIC_DEFAULT,
    operation,
    encryptionContext,
    keyName,
    destinationId,
  }: Omit<Decrypting, 'ciphertext'>,
): Promise<Key> {
  if (keyName === undefined) throw withoutKey()
  const key = await useKey(context, keyName, {
    operation,
    acceptsAlias: true,
    usable: 'enabled',
    encryptionContext,
    keys: algorithmKeys(algorithm),
    keysWith: ({ id }) => sameKeyKeys(id, destinationId),
  })
  assertUsage(key, 'Decrypt', 'ENCRYPT_DECRYPT', algorithm)
  if (algorithm !== SYMMETRIC_DEFAULT) assertNoContext(encryptionContext)
  return key
}

/** Where it is not the default. */
export function algorithmKeys(algorithm: string | undefined): ContextKeys {
  return algorithm === undefined ? {} : { 'kms:EncryptionAlgorithm': algorithm }
}

/** Source: AWS KMS API Reference, Decrypt, KeyId: "required only when the ciphertext was encrypted under an asymmetric KMS key or […] IGNORE_CIPHERTEXT". */
export function withoutKey(): KmsError {
  return new KmsError('ValidationException', 'The key to decrypt with has to be named.')
}

/** Source: AWS KMS API Reference, Encrypt, EncryptionContext: for symmetric keys alone. */
function assertNoContext(context: EncryptionContext | undefined): void {
  if (Object.keys(context ?? {}).length === 0) return
  throw new KmsError('ValidationException', 'EncryptionContext is for symmetric keys alone.')
}
