import { type Address, readAddress } from './listen-address.ts'

/** The web console. */
export interface ConsoleConfig {
  readonly enabled: boolean
  /** Default: what the command line says. */
  readonly address?: Address | undefined
  /** Where browsers find it, if it is not where it listens: behind a proxy. Without a path. */
  readonly url?: string | undefined
  readonly providers: readonly ConsoleProvider[]
}

/** Whom people may sign in with, and what role they have then. */
export interface ConsoleProvider {
  /** In URLs. */
  readonly id: string
  /** For people. */
  readonly name: string
  /** Of its tokens; the role's account has to trust it. */
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly roleArn: string
  readonly scopes: readonly string[]
}

/** The same as it is written down. */
export interface ConsoleInput {
  readonly enabled?: boolean | undefined
  /** `HOST:PORT`. */
  readonly address?: string | undefined
  readonly url?: string | undefined
  readonly providers?: readonly ProviderInput[] | undefined
}

interface ProviderInput extends Omit<ConsoleProvider, 'name' | 'scopes'> {
  readonly name?: string | undefined
  readonly scopes?: readonly string[] | undefined
}

/** `openid` makes it OpenID Connect; the others name the person in the session. */
const DEFAULT_SCOPES = ['openid', 'email', 'profile']

/** Fills in the defaults. */
export function completeConsole(input: ConsoleInput = {}): ConsoleConfig {
  const { enabled = true, address, url, providers = [] } = input
  return {
    enabled,
    address: address === undefined ? undefined : readAddress(address),
    url: url?.replace(/\/$/, ''),
    providers: providers.map((provider) => ({
      ...provider,
      name: provider.name ?? provider.id,
      scopes: provider.scopes ?? DEFAULT_SCOPES,
    })),
  }
}
