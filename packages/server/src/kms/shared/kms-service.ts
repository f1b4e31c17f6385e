import type { AccountDirectory } from '../../access/account-directory.ts'
import type { Caller } from '../../access/caller.ts'
import type { Principal } from '../../access/principal.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { OrderedStore } from '../../metadata/ordered-store.ts'
import type { KeyMaterials } from './key-materials.ts'
import type { KmsKeyUses } from './key-uses.ts'

/** What every operation of the key service works on. */
export interface KmsService {
  readonly metadata: OrderedStore
  readonly accounts: AccountDirectory
  readonly region: string
  readonly clock: Clock
  readonly random: Random
  readonly materials: KeyMaterials
  readonly keyUses: KmsKeyUses
}

/** Who asks, and all that policies may look at. */
export interface KmsCaller extends Caller {
  /** Anonymous requests do not come this far. */
  readonly principal: Exclude<Principal, { kind: 'anonymous' }>
  readonly accountId: string
  /** Condition keys of the request besides those of the key service, for example `aws:SourceIp`. */
  readonly conditions: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Set where a service asks on the caller's behalf, for example `s3.us-east-1.amazonaws.com`. */
  readonly viaService?: string | undefined
  /** Absent where it is no request that a key is used for. */
  readonly requestId?: string | undefined
}

export interface KmsContext {
  readonly service: KmsService
  readonly caller: KmsCaller
}

/** JSON data. */
export type Output = Readonly<Record<string, unknown>>
