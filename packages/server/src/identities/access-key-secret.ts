import type { Random } from '../base/random.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'
import type { IamAccessKeyRow } from '../metadata/tables/iam-tables.ts'

type SealedSecret = Pick<IamAccessKeyRow, 'storeKeyId' | 'sealedSecret'>

/** 40 characters of base64, as AWS's are. */
const SECRET_BYTES = 30

export function newSecretAccessKey(random: Random): string {
  return random.bytes(SECRET_BYTES).toString('base64')
}

/** Seals the secret of an access key under the newest key of the store. */
export async function sealedSecret(
  storeKeys: StoreKeys,
  accessKeyId: string,
  secretAccessKey: string,
  random: Random,
): Promise<SealedSecret> {
  const { id, dataKey } = await storeKeys.current()
  const sealed = dataKey.sealSecret(secretAccessKey, accessKeyId, random)
  return { storeKeyId: id, sealedSecret: sealed.toString('base64') }
}

/** Throws `StorageFault('corrupt')` where the row has the secret of another key. */
export async function openedSecret(
  storeKeys: StoreKeys,
  accessKeyId: string,
  { storeKeyId, sealedSecret: sealed }: SealedSecret,
): Promise<string> {
  const { dataKey } = await storeKeys.find(storeKeyId)
  return dataKey.openSecret(Buffer.from(sealed, 'base64'), accessKeyId)
}
