import { randomUuid } from '../../base/uuid.ts'
import {
  kmsAccountKeys,
  kmsAliases,
  kmsKeys,
  type KmsKeyRow,
  kmsMaterials,
} from '../../metadata/tables/kms-tables.ts'
import { readRow, transact } from '../../metadata/transaction.ts'
import { managedKeyPolicy } from './default-policies.ts'
import { newSecret } from './asymmetric/key-secrets.ts'
import { isSymmetric, specOf } from './key-specs.ts'
import type { KmsService } from './kms-service.ts'
import { findKey, type Key, keyArn } from './resolve-key.ts'

/** Makes a key with material of its own; with `imports`, of which there are none yet, one that waits for material. */
export async function createKey(
  service: KmsService,
  fields: Pick<
    KmsKeyRow,
    'accountId' | 'description' | 'policy' | 'tags' | 'manager' | 'spec' | 'usage' | 'imports'
  >,
): Promise<Key> {
  const id = randomUuid(service.random)
  const materialVersion = fields.imports ? 0 : 1
  const isMade = materialVersion > 0 && !isSymmetric(fields)
  const secret = isMade ? await newSecret(specOf(fields), service.random) : undefined
  const material = await service.materials.newMaterial(id, materialVersion, secret)
  const row: KmsKeyRow = { ...fields, createdMilliseconds: material.createdMilliseconds, materialVersion }
  await transact(service.metadata, async (transaction) => {
    transaction.put(kmsKeys, [id], row)
    transaction.put(kmsAccountKeys, [row.accountId, id], {})
    transaction.put(kmsMaterials, [id, materialVersion], material)
  })
  return { id, arn: keyArn(service, row.accountId, id), row }
}

/** The alias of the key that S3 uses for an account where no other is named. */
export const S3_ALIAS = 'alias/aws/s3'

/** The AWS managed key of an account for S3, made when it is first needed. */
export async function managedKey(service: KmsService, accountId: string): Promise<Key> {
  const known = await readRow(service.metadata, kmsAliases, accountId, S3_ALIAS)
  const key = known && (await findKey(service, known.keyId))
  if (key) return key
  const created = await createKey(service, {
    accountId,
    manager: 'AWS',
    description: 'Default key that protects my S3 objects when no other key is defined',
    policy: managedKeyPolicy(accountId, service.region),
  })
  // Of processes that do this at once, one gives the alias its key; the other's key stays behind unused.
  const keyId = await transact(service.metadata, async (transaction) => {
    const alias = await transaction.get(kmsAliases, accountId, S3_ALIAS)
    if (alias) return alias.keyId
    const now = created.row.createdMilliseconds
    const row = { keyId: created.id, createdMilliseconds: now, updatedMilliseconds: now }
    transaction.put(kmsAliases, [accountId, S3_ALIAS], row)
    return created.id
  })
  return keyId === created.id ? created : ((await findKey(service, keyId)) ?? created)
}
