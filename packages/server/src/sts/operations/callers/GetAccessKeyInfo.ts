import { accountOfSessionKey } from '../../../identities/session-key-id.ts'
import { iamAccessKeys } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'

/** Tells whose any key is, and no more of it. Source: AWS STS API Reference, GetAccessKeyInfo. */
export const GetAccessKeyInfo = defineOperation('GetAccessKeyInfo', {
  sessions: 'of roles',
  async handle({ AccessKeyId }, { service: { accounts, metadata } }) {
    const known = accounts.findByRootKeyId(AccessKeyId)?.id ?? accountOfSessionKey(AccessKeyId)
    const id = known ?? (await readRow(metadata, iamAccessKeys, AccessKeyId))?.accountId
    const account = id === undefined ? undefined : accounts.findById(id)
    if (!account) throw new QueryError('ValidationError', 'The access key ID is not known.')
    return { Account: account.id }
  },
})
