import { findEntity } from '../../iam/shared/named-entity.ts'
import { changeUser, users } from '../../iam/shared/users.ts'
import { openedSecret, sealedSecret } from '../../identities/sealed-secret.ts'
import { iamAccessKeys } from '../../metadata/tables/iam-tables.ts'
import { readRow } from '../../metadata/transaction.ts'
import type { IamImport } from './iam-import.ts'

export interface BroughtKey {
  readonly userName: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly isActive: boolean
}

/** As keys of this server may be: shorter than Amazon's, as MinIO's are. */
const KEY_ID = /^[\w.@-]{3,128}$/
const SECRET = /^[\x21-\x7e]{8,128}$/

/**
 * Gives a user an access key that was made elsewhere, or renews its secret and status. False, and told, where it cannot be a key
 * here or is somebody else's. There may be more than IAM lets anybody make.
 */
export async function bringKey(job: IamImport, key: BroughtKey): Promise<boolean> {
  const { service, account, tell } = job
  const { userName, accessKeyId, secretAccessKey } = key
  const refuse = (problem: string): false => {
    tell(`access key ${accessKeyId}`, `NOT BROUGHT: ${problem}`)
    return false
  }
  if (!KEY_ID.test(accessKeyId) || !SECRET.test(secretAccessKey))
    return refuse('it cannot be a key of this server')
  const user = await findEntity(service.metadata, users, account.id, userName)
  if (!user) return refuse(`there is no user ${userName}`)
  if (service.accounts.findByAccessKeyId(accessKeyId)) return refuse('an account of the config has it')
  const there = await readRow(service.metadata, iamAccessKeys, accessKeyId)
  if (there && there.userId !== user.id) return refuse('another user has it')
  const status = key.isActive ? 'Active' : 'Inactive'
  if (
    there?.status === status &&
    (await openedSecret(service.storeKeys, accessKeyId, there)) === secretAccessKey
  )
    return true
  const sealed = await sealedSecret(service.storeKeys, accessKeyId, secretAccessKey, service.random)
  const createdMilliseconds = there?.createdMilliseconds ?? service.clock.now().getTime()
  await changeUser(service, user, (row, transaction) => {
    const { accessKeyIds = [] } = row
    const known = { accountId: account.id, userId: user.id, status, createdMilliseconds, ...sealed } as const
    transaction.put(iamAccessKeys, [accessKeyId], known)
    return { ...row, accessKeyIds: [...accessKeyIds.filter((id) => id !== accessKeyId), accessKeyId] }
  })
  return true
}
