import type { EncryptionContext } from '../../encryption/encryption-context.ts'
import type { KeyService, ServiceDataKey } from '../../encryption/key-service.ts'
import { readHead } from './ciphertext.ts'
import { managedKey, S3_ALIAS } from './create-key.ts'
import { s3ServiceName } from './default-policies.ts'
import type { KmsCaller, KmsContext, KmsService } from './kms-service.ts'
import { useKey } from './operation.ts'
import { openUnderItsKey, sameKeyKeys, sealUnder } from './use-key.ts'

const DATA_KEY_BYTES = 32

/** The key service as S3 uses it on behalf of whoever sent the request. Throws `KmsError` and `KeyServiceFault`. */
export function keyServiceForS3(service: KmsService): KeyService<KmsCaller> {
  const contextOf = (caller: KmsCaller): KmsContext => ({
    service,
    caller: { ...caller, viaService: s3ServiceName(service.region) },
  })
  return {
    async generateDataKey(caller, keyName, context): Promise<ServiceDataKey> {
      if (keyName === S3_ALIAS) await managedKey(service, caller.accountId)
      const key = await useKey(contextOf(caller), keyName, {
        operation: 'GenerateDataKey',
        acceptsAlias: true,
        usable: 'enabled',
        encryptionContext: context,
      })
      const plaintext = Uint8Array.from(service.random.bytes(DATA_KEY_BYTES))
      const { ciphertext } = await sealUnder(service, key, plaintext, context)
      service.keyUses.note(key.id, 'GenerateDataKey', caller.requestId)
      return { keyArn: key.arn, plaintext, sealed: ciphertext }
    },
    async permit(caller, keyArn, uses, encryptionContext) {
      for (const operation of uses) {
        const use = { operation, acceptsAlias: false, usable: 'enabled', encryptionContext } as const
        await useKey(contextOf(caller), keyArn, use)
      }
    },
    rebindDataKey: (caller, sealed, from, to) => rebindDataKey(contextOf(caller), sealed, from, to),
    openDataKey: (caller, sealed, context) => openDataKey(contextOf(caller), sealed, context),
  }
}

async function openDataKey(
  kms: KmsContext,
  sealed: Uint8Array,
  encryptionContext: EncryptionContext,
): Promise<ServiceDataKey> {
  const request = { operation: 'Decrypt', ciphertext: sealed, encryptionContext } as const
  const { key, plaintext } = await openUnderItsKey(kms, request)
  kms.service.keyUses.note(key.id, 'Decrypt', kms.caller.requestId)
  return { keyArn: key.arn, plaintext, sealed }
}

async function rebindDataKey(
  kms: KmsContext,
  ciphertext: Uint8Array,
  from: EncryptionContext,
  to: EncryptionContext,
): Promise<Uint8Array> {
  // The key stays the same.
  const destinationId = readHead(ciphertext).keyId
  const request = {
    operation: 'ReEncryptFrom',
    ciphertext,
    encryptionContext: from,
    destinationId,
  } as const
  const { key, plaintext } = await openUnderItsKey(kms, request)
  const use = {
    operation: 'ReEncryptTo',
    acceptsAlias: false,
    usable: 'enabled',
    encryptionContext: to,
    keys: sameKeyKeys(key.id, destinationId),
  } as const
  await useKey(kms, key.arn, use)
  const { ciphertext: rebound } = await sealUnder(kms.service, key, plaintext, to)
  kms.service.keyUses.note(key.id, 'ReEncrypt', kms.caller.requestId)
  return rebound
}
