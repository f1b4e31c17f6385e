import type { KeyManagement } from '../encryption/key-management.ts'
import { kmsAccountKeys, kmsKeys, type KmsKeyRow } from '../metadata/tables/kms-tables.ts'
import { transact } from '../metadata/transaction.ts'
import { defaultKeyPolicy } from './shared/default-policies.ts'
import { KeyMaterials } from './shared/key-materials.ts'
import { KmsKeyUses } from './shared/key-uses.ts'
import type { KmsService } from './shared/kms-service.ts'

/** A key whose material stands in the config. */
export interface ConfiguredKey {
  readonly keyId: string
  readonly accountId: string
  /** 32 bytes in base64; never written to the store. */
  readonly material: string
}

/** The key service of a store, with the keys of the config among its keys. */
export async function openKms(
  engines: Omit<KmsService, 'materials' | 'keyUses'> & { readonly keyManagement: KeyManagement },
  configuredKeys: readonly ConfiguredKey[],
): Promise<KmsService> {
  const { keyManagement: _, ...rest } = engines
  const configured = new Map(
    configuredKeys.map(({ keyId, material }) => [keyId, Buffer.from(material, 'base64')]),
  )
  const materials = new KeyMaterials(engines, configured)
  const keyUses = await KmsKeyUses.open(engines.clock, engines.metadata)
  const service = { ...rest, materials, keyUses }
  for (const key of configuredKeys) await adopt(service, key)
  return service
}

/** The first start with a key makes its row; from then on it is a key as any other, and its row says what it is. */
async function adopt({ metadata, clock }: KmsService, { keyId, accountId }: ConfiguredKey): Promise<void> {
  await transact(metadata, async (transaction) => {
    const known = await transaction.get(kmsKeys, keyId)
    if (known && known.accountId !== accountId) {
      throw new Error(
        `The key ${keyId} of the config belongs to account ${known.accountId} in this store already.`,
      )
    }
    if (known) return
    const row: KmsKeyRow = {
      accountId,
      createdMilliseconds: clock.now().getTime(),
      policy: defaultKeyPolicy(accountId),
      materialVersion: 1,
    }
    transaction.put(kmsKeys, [keyId], row)
    transaction.put(kmsAccountKeys, [accountId, keyId], {})
  })
}
