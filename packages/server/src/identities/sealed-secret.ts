import type { Random } from '../base/random.ts'
import type { StoreKeys } from '../encryption/store-keys.ts'

/** A secret as rows have it. */
export interface SealedSecret {
  /** Which store key seals it. */
  readonly storeKeyId: string
  /** Base64. */
  readonly sealedSecret: string
}

/** 40 characters of base64, as AWS's are. */
const SECRET_BYTES = 30

export function newSecretAccessKey(random: Random): string {
  return random.bytes(SECRET_BYTES).toString('base64')
}

/** Seals a secret under the newest key of the store. `boundTo`: what it is opened for and nothing else. */
export async function sealedSecret(
  storeKeys: StoreKeys,
  boundTo: string,
  secret: string,
  random: Random,
): Promise<SealedSecret> {
  const { id, dataKey } = await storeKeys.current()
  const sealed = dataKey.sealSecret(secret, boundTo, random)
  return { storeKeyId: id, sealedSecret: sealed.toString('base64') }
}

/** Throws `StorageFault('corrupt')` where the row has the secret of something else. */
export async function openedSecret(
  storeKeys: StoreKeys,
  boundTo: string,
  { storeKeyId, sealedSecret: sealed }: SealedSecret,
): Promise<string> {
  const { dataKey } = await storeKeys.find(storeKeyId)
  return dataKey.openSecret(Buffer.from(sealed, 'base64'), boundTo)
}
