import { sealedSecret } from '../../packages/server/src/identities/sealed-secret.ts'
import { newId } from '../../packages/server/src/identities/new-id.ts'
import { systemRandom } from '../../packages/server/src/base/random.ts'
import type { StoreKeys } from '../../packages/server/src/encryption/store-keys.ts'
import type { OrderedStore, Put } from '../../packages/server/src/metadata/ordered-store.ts'
import {
  iamAccessKeys,
  iamUserNames,
  iamUserPaths,
  iamUsers,
} from '../../packages/server/src/metadata/tables/iam-tables.ts'
import { putOf } from '../../packages/server/src/metadata/transaction.ts'

const ROWS_PER_COMMIT = 5000

/** Users with a key each, as IAM leaves them, straight in the store: by requests so many would take an hour. Answers with their keys. */
export async function writeUsers(
  store: OrderedStore,
  storeKeys: StoreKeys,
  accountId: string,
  count: number,
): Promise<readonly string[]> {
  const keys: string[] = []
  let put: Put[] = []
  for (let index = 0; index < count; index++) {
    const name = `user-${String(index).padStart(7, '0')}`
    const [userId, accessKeyId] = [newId('user', systemRandom), newId('accessKey', systemRandom)]
    const createdMilliseconds = 1_700_000_000_000
    const user = { accountId, name, path: '/', createdMilliseconds, accessKeyIds: [accessKeyId] }
    const sealed = await sealedSecret(storeKeys, accessKeyId, `secret of ${name}`, systemRandom)
    const key = { accountId, userId, status: 'Active', createdMilliseconds, ...sealed } as const
    put.push(
      putOf(store, iamUsers, [userId], user),
      putOf(store, iamUserNames, [accountId, name], { id: userId }),
      putOf(store, iamUserPaths, [accountId, `/${name}`], { id: userId }),
      putOf(store, iamAccessKeys, [accessKeyId], key),
    )
    keys.push(accessKeyId)
    if (put.length < ROWS_PER_COMMIT && index < count - 1) continue
    await store.commit({ expect: [], put, remove: [] })
    put = []
  }
  return keys
}
