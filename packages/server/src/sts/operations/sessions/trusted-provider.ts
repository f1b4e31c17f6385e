import type { TrustedProvider } from '../../../federation/identity-providers.ts'
import { invalidIdentityToken } from '../../../federation/token-claims.ts'
import { HTTPS, oidcProviderArn } from '../../../identities/oidc-provider-arn.ts'
import { iamOidcProviders } from '../../../metadata/tables/iam-tables.ts'
import { readRow } from '../../../metadata/transaction.ts'
import type { StsService } from '../../shared/sts-service.ts'

export interface AccountsProvider extends TrustedProvider {
  readonly arn: string
  /** The issuer of its tokens without `https://`, as condition keys begin with it. */
  readonly address: string
}

/** The provider of the role's account that has issued a token. Throws InvalidIdentityToken where the account trusts none such. */
export async function trustedProvider(
  { metadata }: StsService,
  roleArn: string,
  issuer: string,
): Promise<AccountsProvider> {
  const accountId = /^arn:aws:iam::(\d{12}):role\//.exec(roleArn)?.[1]
  const address = issuer.startsWith(HTTPS) ? issuer.slice(HTTPS.length) : undefined
  if (accountId !== undefined && address !== undefined && address.length <= MOST_ADDRESS_CHARACTERS) {
    const row = await readRow(metadata, iamOidcProviders, accountId, address)
    if (row) return { ...row, url: issuer, address, arn: oidcProviderArn(accountId, address) }
  }
  throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${issuer.slice(0, 255)}`)
}

/** Source: IAM API Reference, CreateOpenIDConnectProvider, Url. A longer one is not even looked up. */
const MOST_ADDRESS_CHARACTERS = 255
