import { newId } from '../../../identities/new-id.ts'
import { newSecretAccessKey, sealedSecret } from '../../../identities/sealed-secret.ts'
import { iamAccessKeys } from '../../../metadata/tables/iam-tables.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineUserOperation } from '../../shared/operation.ts'
import { changeUser } from '../../shared/users.ts'
import { keysOfRoot } from './root-keys.ts'
import { QUOTAS } from '../../shared/quotas.ts'

/** The secret is told here and never again. */
export const CreateAccessKey = defineUserOperation('CreateAccessKey', {
  async handle(user, _, { service }) {
    const { accountId, name } = user.row
    const accessKeyId = newId('accessKey', service.random)
    const SecretAccessKey = newSecretAccessKey(service.random)
    const sealed = await sealedSecret(service.storeKeys, accessKeyId, SecretAccessKey, service.random)
    const createdMilliseconds = service.clock.now().getTime()
    await changeUser(service, user, (row, transaction) => {
      const { accessKeyIds = [] } = row
      if (accessKeyIds.length >= QUOTAS.AccessKeysPerUserQuota) {
        throw new QueryError(
          'LimitExceeded',
          `Cannot exceed quota for AccessKeysPerUser: ${QUOTAS.AccessKeysPerUserQuota}`,
        )
      }
      const key = { accountId, userId: user.id, status: 'Active', createdMilliseconds, ...sealed } as const
      transaction.put(iamAccessKeys, [accessKeyId], key)
      return { ...row, accessKeyIds: [...accessKeyIds, accessKeyId] }
    })
    const CreateDate = new Date(createdMilliseconds)
    return {
      AccessKey: { UserName: name, AccessKeyId: accessKeyId, Status: 'Active', SecretAccessKey, CreateDate },
    }
  },
  handleRoot: keysOfRoot,
})
