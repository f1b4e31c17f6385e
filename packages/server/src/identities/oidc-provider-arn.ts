/** What stands before the address of a provider that is the issuer of tokens. */
export const HTTPS = 'https://'

/** `address`: the issuer of its tokens, without `https://`. */
export function oidcProviderArn(accountId: string, address: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${address}`
}

/** The address of a provider of the account; `undefined` for what is none. */
export function oidcProviderAddress(accountId: string, arn: string): string | undefined {
  const prefix = oidcProviderArn(accountId, '')
  return arn.startsWith(prefix) && arn.length > prefix.length ? arn.slice(prefix.length) : undefined
}
