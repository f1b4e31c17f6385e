import { iamOidcProviders } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { defineProviderOperation } from './provider-operation.ts'

/**
 * Sessions that its tokens began end when they were to end. That there is none is no error. Source: IAM API Reference,
 * DeleteOpenIDConnectProvider.
 */
export const DeleteOpenIDConnectProvider = defineProviderOperation('DeleteOpenIDConnectProvider', {
  async handle({ accountId, address }, _, { service: { metadata } }) {
    await transact(metadata, (transaction) => {
      transaction.remove(iamOidcProviders, accountId, address)
    })
    return {}
  },
  handleAbsent: () => Promise.resolve({}),
})
