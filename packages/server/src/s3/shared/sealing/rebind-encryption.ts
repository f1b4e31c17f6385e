import type { EncryptionRow } from '../../../metadata/tables/rows.ts'
import type { OperationContext } from '../service/operation.ts'
import { keyCaller, keyContext, type KeyTarget } from './key-context.ts'

/**
 * The encryption of an object that gets another name with its bytes as they are: a key of the key service is bound to
 * the name. What the key service refuses is thrown.
 */
export async function rebindEncryption<Encryption extends EncryptionRow | undefined>(
  context: OperationContext,
  encryption: Encryption,
  from: KeyTarget,
  to: KeyTarget,
): Promise<Encryption> {
  if (!encryption || !('sealedKey' in encryption)) return encryption
  const { context: more, bucketKey = false } = encryption
  const sealed = await context.service.encryption.keyService.rebindDataKey(
    keyCaller(context),
    Buffer.from(encryption.sealedKey, 'base64'),
    keyContext(context, from, more, bucketKey),
    keyContext(context, to, more, bucketKey),
  )
  return { ...encryption, sealedKey: Buffer.from(sealed).toString('base64') }
}
