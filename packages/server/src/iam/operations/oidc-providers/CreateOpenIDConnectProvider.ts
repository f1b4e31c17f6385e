import { ProviderFailure } from '../../../federation/provider-documents.ts'
import { HTTPS, oidcProviderArn } from '../../../identities/oidc-provider-arn.ts'
import { iamOidcProviders, type IamOidcProviderRow } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import type { IamService } from '../../shared/iam-service.ts'
import { defineOperation } from '../../shared/operation.ts'
import { shownTags, withTags } from '../../shared/tags.ts'
import { providerAddress } from './provider-address.ts'
import { checkedClientIds, checkedThumbprints, MOST_PROVIDERS } from './provider-limits.ts'

/**
 * The provider is asked for nothing but its certificate, and for that only where the request brings no thumbprint. What is
 * spelt otherwise is another one, with another issuer.
 */
export const CreateOpenIDConnectProvider = defineOperation('CreateOpenIDConnectProvider', {
  resource: ({ Url }, { caller }) => oidcProviderArn(caller.account.id, Url.replace(/^https:\/\//, '')),
  tagging: 'TagOpenIDConnectProvider',
  async handle({ Url, ClientIDList = [], ThumbprintList = [], Tags = [] }, { service, caller }) {
    const accountId = caller.account.id
    const address = providerAddress(Url, service.identityProviders.isPrivate(Url))
    const tags = withTags([], Tags, 'different')
    const clientIds = checkedClientIds(ClientIDList)
    const given = checkedThumbprints(ThumbprintList)
    const row = {
      createdMilliseconds: service.clock.now().getTime(),
      clientIds,
      thumbprints: given.length > 0 ? given : [await topThumbprint(service, Url)],
      ...(tags.length > 0 && { tags }),
    }
    await add(service, accountId, address, row)
    return {
      OpenIDConnectProviderArn: oidcProviderArn(accountId, address),
      ...(tags.length > 0 && { Tags: shownTags(tags) }),
    }
  },
})

async function topThumbprint({ identityProviders }: IamService, url: string): Promise<string> {
  try {
    return await identityProviders.topThumbprint(url)
  } catch (cause) {
    if (!(cause instanceof ProviderFailure)) throw cause
    const message = `Please check your OpenID Connect provider communication configurations: ${cause.message}`
    throw new QueryError('OpenIdIdpCommunicationError', message, { cause })
  }
}

async function add(
  { metadata }: IamService,
  accountId: string,
  address: string,
  row: IamOidcProviderRow,
): Promise<void> {
  await transact(metadata, async (transaction) => {
    if (await transaction.get(iamOidcProviders, accountId, address)) {
      throw new QueryError('EntityAlreadyExists', `Provider with url ${HTTPS}${address} already exists.`)
    }
    const others = await transaction.scan({ ...iamOidcProviders.range(accountId), limit: MOST_PROVIDERS })
    if (others.length >= MOST_PROVIDERS) {
      const message = `Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${MOST_PROVIDERS}`
      throw new QueryError('LimitExceeded', message)
    }
    transaction.put(iamOidcProviders, [accountId, address], row)
  })
}
