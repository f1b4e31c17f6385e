import type { AccountDirectory } from '../../access/account-directory.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { StoreKeys } from '../../encryption/store-keys.ts'
import type { IdentityProviders } from '../../federation/identity-providers.ts'
import type { Session } from '../../identities/session-token.ts'
import type { SigningCaller } from '../../identities/signing-caller.ts'
import type { GuessGuard } from '../../guesses/guess-guard.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'

/** What every operation of STS works on. */
export interface StsService {
  readonly metadata: OrderedStore
  readonly accounts: AccountDirectory
  readonly storeKeys: StoreKeys
  readonly guesses: GuessGuard
  readonly identityProviders: IdentityProviders
  readonly clock: Clock
  readonly random: Random
  readonly region: string
}

export interface StsContext {
  readonly service: StsService
  readonly caller: SigningCaller
  /** Of temporary credentials. */
  readonly session?: Session | undefined
}

export interface UnsignedContext {
  readonly service: StsService
  /** Condition keys of the request, for example `aws:SourceIp`. */
  readonly conditions: SigningCaller['conditions']
}
