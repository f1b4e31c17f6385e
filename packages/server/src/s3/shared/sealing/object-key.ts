import { type DataKey, newDataKey } from '../../../encryption/content-key.ts'
import type { EncryptionRow } from '../../../metadata/tables/rows.ts'
import type { ChosenEncryption } from './choose-encryption.ts'
import type { ObjectKeys } from './object-keys.ts'

/**
 * The encryption of an upload in parts. Where its data key would be one of many objects, it gets a key of its own under
 * that: so all its parts change to another key at once, by one commit and however many they are
 * (UpdateObjectEncryption).
 */
export async function withObjectKey(
  keys: ObjectKeys,
  { row, dataKey }: ChosenEncryption,
): Promise<EncryptionRow> {
  if (row.kind === 'AES256') {
    const { id: storeKeyId, dataKey: storeKey } = await keys.storeKeys.current()
    return { ...row, objectKey: { sealed: newSealedKey(keys, storeKey), storeKeyId } }
  }
  if (row.kind !== 'aws:kms' || !row.bucketKey || !dataKey) return row
  return { ...row, objectKey: { sealed: newSealedKey(keys, dataKey) } }
}

function newSealedKey({ random }: ObjectKeys, dataKey: DataKey): string {
  return dataKey.sealDataKey(newDataKey(random), random).toString('base64')
}

/**
 * The key that an object under the store's keys has of its own; `undefined` where its bytes name a store key each.
 */
export async function ownKeyOf(
  { storeKeys }: ObjectKeys,
  encryption: EncryptionRow | undefined,
): Promise<DataKey | undefined> {
  if (encryption?.kind !== 'AES256' || !encryption.objectKey) return undefined
  const { sealed, storeKeyId } = encryption.objectKey
  const { dataKey } = await storeKeys.find(storeKeyId)
  return dataKey.openDataKey(Buffer.from(sealed, 'base64'))
}
