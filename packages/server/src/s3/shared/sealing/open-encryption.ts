import { DataKey } from '../../../encryption/content-key.ts'
import type { EncryptionRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import { assertNotBlocked } from './blocked-encryption.ts'
import type { ContentOpener, ContentSealer } from './content-seal.ts'
import { type CustomerKeyInput, customerKeyOf } from './customer-key-input.ts'
import { callerName, keyCaller, keyContext, type KeyTarget } from './key-context.ts'
import { ownKeyOf } from './object-key.ts'
import { openerFor, sealerFor } from './object-keys.ts'

/**
 * What opens an object's bytes for this request: checks the key it brings, or asks the key service on the requester's
 * behalf. Throws InvalidRequest for a key that is missing or not applicable, AccessDenied for a wrong one.
 */
export async function openEncryption(
  context: OperationContext,
  encryption: EncryptionRow | undefined,
  input: CustomerKeyInput,
  target: KeyTarget,
): Promise<ContentOpener> {
  return openerFor(context.service.encryption, await dataKeyOf(context, encryption, input, target))
}

/** What seals further bytes of the same object: the parts of an upload. */
export async function sealFurther(
  context: OperationContext,
  encryption: EncryptionRow | undefined,
  input: CustomerKeyInput,
  target: KeyTarget,
): Promise<ContentSealer> {
  assertNotBlocked(bucketOf(context), encryption?.kind)
  const dataKey = await dataKeyOf(context, encryption, input, target)
  return sealerFor(context.service.encryption, encryption?.kind ?? 'AES256', dataKey)
}

/** For what tells of bytes under a key of the key service without giving them: AccessDenied to those who may not decrypt with it. */
export async function assertMayDecrypt(
  context: OperationContext,
  encryption: EncryptionRow | undefined,
  target: KeyTarget,
): Promise<void> {
  if (encryption?.kind.startsWith('aws:kms')) await openEncryption(context, encryption, {}, target)
}

/** Holds the key that a request brings against an object's; for reads that give no bytes. */
export function assertCustomerKey(
  context: OperationContext,
  encryption: EncryptionRow | undefined,
  input: CustomerKeyInput,
): DataKey | undefined {
  const given = customerKeyOf(context, input)
  if (encryption?.kind !== 'customer') {
    if (!given) return undefined
    const message = 'The encryption parameters are not applicable to this object.'
    throw new S3Error('InvalidRequest', {}, { message })
  }
  if (!given) {
    const message =
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.'
    throw new S3Error('InvalidRequest', {}, { message })
  }
  if (!given.matches(encryption)) throw new S3Error('AccessDenied')
  return given.dataKey
}

/** The data key of an object's bytes; `undefined` where they name the keys of the store that seal them themselves. */
export async function dataKeyOf(
  context: OperationContext,
  encryption: EncryptionRow | undefined,
  input: CustomerKeyInput,
  target: KeyTarget,
): Promise<DataKey | undefined> {
  const customerKey = assertCustomerKey(context, encryption, input)
  if (customerKey || !encryption || encryption.kind === 'customer') return customerKey
  if (encryption.kind === 'AES256')
    return encryption.objectKey && ownKeyOf(context.service.encryption, encryption)
  const dataKey = await serviceKeyOf(context, encryption, target)
  const { objectKey } = encryption
  return objectKey ? dataKey.openDataKey(Buffer.from(objectKey.sealed, 'base64')) : dataKey
}

async function serviceKeyOf(
  context: OperationContext,
  encryption: Extract<EncryptionRow, { keyArn: string }>,
  target: KeyTarget,
): Promise<DataKey> {
  const { keyService, bucketKeys } = context.service.encryption
  const caller = keyCaller(context)
  const sealed = Buffer.from(encryption.sealedKey, 'base64')
  const bound = keyContext(context, target, encryption.context, encryption.bucketKey === true)
  if (encryption.bucketKey) {
    const use = { caller, callerName: callerName(caller), context: bound }
    return (await bucketKeys.forOpening(use, sealed)).dataKey
  }
  const { plaintext } = await keyService.openDataKey(caller, sealed, bound)
  return new DataKey(plaintext)
}
