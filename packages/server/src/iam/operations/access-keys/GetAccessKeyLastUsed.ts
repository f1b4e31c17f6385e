import { iamUsers } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { defineOperation } from '../../shared/operation.ts'
import { findKey, noSuchKey } from './found-key.ts'

/** The time may be a minute behind: it is written down beside the requests. */
export const GetAccessKeyLastUsed = defineOperation('GetAccessKeyLastUsed', {
  resource: () => '*',
  async handle({ AccessKeyId }, { service, caller }) {
    const key = await findKey(service, AccessKeyId)
    const user = await readRow(service.metadata, iamUsers, key.userId)
    if (!user || key.accountId !== caller.account.id) throw noSuchKey(AccessKeyId)
    const use = await service.keyUses.find(AccessKeyId)
    const AccessKeyLastUsed = use
      ? { LastUsedDate: new Date(use.atMilliseconds), ServiceName: use.service, Region: use.region }
      : { ServiceName: 'N/A', Region: 'N/A' }
    return { UserName: user.name, AccessKeyLastUsed }
  },
})
