import { accessDenied, authorizeCall } from '../../../identities/authorize-call.ts'
import { iamAccessKeys, iamUsers, type IamUserRow } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { IamInputs, IamOutputs } from '../../../model/iam-types.gen.ts'
import type { IamContext, IamService } from '../../shared/iam-service.ts'
import type { IamOperation } from '../../shared/operation.ts'
import { resourceTagKeys } from '../../shared/tags.ts'
import { userArn } from '../../shared/users.ts'

const name = 'GetAccessKeyLastUsed'
const action = `iam:${name}`

/**
 * The permission is on the user whose key it is. Source: Service Authorization Reference, "Actions defined by AWS Identity and Access
 * Management (IAM)". A key of no user of the account is refused to everybody, as AWS does. The time may be a minute behind: it is
 * written down beside the requests.
 */
export const GetAccessKeyLastUsed: IamOperation = {
  name,
  action,
  async run(given, context) {
    const { AccessKeyId } = given as unknown as IamInputs[typeof name]
    return (await lastUse(AccessKeyId, context)) as unknown as Readonly<Record<string, unknown>>
  },
}

async function lastUse(
  AccessKeyId: string,
  { service, caller }: IamContext,
): Promise<IamOutputs[typeof name]> {
  const user = await ownerOf(service, AccessKeyId)
  if (user?.accountId !== caller.account.id) {
    throw accessDenied(caller, action, `access key ${AccessKeyId}`)
  }
  const resource = userArn(user.accountId, user.path, user.name)
  authorizeCall(service, caller, { action, resource, keys: resourceTagKeys(user.tags) })
  const use = await service.keyUses.find(AccessKeyId)
  const AccessKeyLastUsed = use
    ? { LastUsedDate: new Date(use.atMilliseconds), ServiceName: use.service, Region: use.region }
    : { ServiceName: 'N/A', Region: 'N/A' }
  return { UserName: user.name, AccessKeyLastUsed }
}

async function ownerOf({ metadata }: IamService, accessKeyId: string): Promise<IamUserRow | undefined> {
  const key = await readRow(metadata, iamAccessKeys, accessKeyId)
  return key && readRow(metadata, iamUsers, key.userId)
}
