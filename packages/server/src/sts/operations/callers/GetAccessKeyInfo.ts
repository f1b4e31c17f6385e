import { iamAccessKeys } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'

/** Tells whose any key is, and no more of it. Source: AWS STS API Reference, GetAccessKeyInfo. */
export const GetAccessKeyInfo = defineOperation('GetAccessKeyInfo', {
  async handle({ AccessKeyId }, { service: { accounts, metadata } }) {
    const ofRoot = accounts.findByAccessKeyId(AccessKeyId)?.account.id
    const Account = ofRoot ?? (await readRow(metadata, iamAccessKeys, AccessKeyId))?.accountId
    if (Account === undefined) throw new QueryError('ValidationError', 'The access key ID is not known.')
    return { Account }
  },
})
