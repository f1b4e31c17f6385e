import { newId } from '../../../identities/new-id.ts'
import {
  iamInstanceProfilePaths,
  type IamInstanceProfileRow,
  iamInstanceProfiles,
} from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { addName } from '../../shared/entity-names.ts'
import {
  instanceProfileArn,
  instanceProfileNames,
  shownInstanceProfileAlone,
} from '../../shared/instance-profiles.ts'
import { defineOperation } from '../../shared/operation.ts'
import { QUOTAS } from '../../shared/quotas.ts'
import { withTags } from '../../shared/tags.ts'

export const CreateInstanceProfile = defineOperation('CreateInstanceProfile', {
  resource: ({ Path = '/', InstanceProfileName }, { caller }) =>
    instanceProfileArn(caller.account.id, Path, InstanceProfileName),
  tagging: 'TagInstanceProfile',
  async handle({ InstanceProfileName, Path = '/', Tags = [] }, { service, caller }) {
    const { metadata } = service
    const accountId = caller.account.id
    const id = newId('instanceProfile', service.random)
    const tags = withTags([], Tags, 'different')
    const row: IamInstanceProfileRow = {
      accountId,
      name: InstanceProfileName,
      path: Path,
      createdMilliseconds: service.clock.now().getTime(),
      ...(tags.length > 0 && { tags }),
    }
    const most = QUOTAS.InstanceProfilesQuota
    await transact(metadata, async (transaction) => {
      await addName(transaction, instanceProfileNames, id, row)
      const others = await transaction.scan({ ...iamInstanceProfilePaths.range(accountId), limit: most })
      if (others.length >= most) {
        throw new QueryError('LimitExceeded', `Cannot exceed quota for InstanceProfilesPerAccount: ${most}`)
      }
      transaction.put(iamInstanceProfiles, [id], row)
    })
    const arn = instanceProfileArn(accountId, Path, InstanceProfileName)
    return { InstanceProfile: await shownInstanceProfileAlone(metadata, { id, row, arn }) }
  },
})
