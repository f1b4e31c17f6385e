import { oidcProviderArn } from '../../../identities/oidc-provider-arn.ts'
import { iamOidcProviders } from '../../../metadata/tables/iam-tables.ts'
import { defineOperation } from '../../shared/operation.ts'
import { pageOfTable } from '../../shared/page.ts'
import { MOST_PROVIDERS } from './provider-limits.ts'

/** All at once: there are no pages, nor more than a hundred of them. */
export const ListOpenIDConnectProviders = defineOperation('ListOpenIDConnectProviders', {
  resource: () => '*',
  async handle(_, { service: { metadata }, caller }) {
    const accountId = caller.account.id
    const range = iamOidcProviders.range(accountId)
    const { items } = await pageOfTable(metadata, iamOidcProviders, range, { MaxItems: MOST_PROVIDERS })
    const shown = items.map(({ parts: [, address] }) => ({ Arn: oidcProviderArn(accountId, address) }))
    return { OpenIDConnectProviderList: shown }
  },
})
