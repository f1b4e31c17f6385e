import type { AccountDirectory } from '../access/account-directory.ts'
import type { LeasedWorker } from '../background/leased-workers.ts'
import type { Clock } from '../base/clock.ts'
import type { MetricFamily } from '../base/siblings.ts'
import type { SigningCaller } from '../identities/signing-caller.ts'
import type { IamService } from '../iam/shared/iam-service.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { Denial } from './denials.ts'

/** What the operations of the JSON API work on. */
export interface AdministrationService {
  readonly stores: Stores
  readonly accounts: AccountDirectory
  readonly clock: Clock
  readonly region: string
  /** Of all processes that share the store. */
  workers(): Promise<readonly LeasedWorker[]>
  /** Of all processes of this server. */
  metrics(): Promise<readonly MetricFamily[]>
  /** A request that any process of this server refused lately. */
  denial(requestId: string): Promise<Denial | undefined>
  /** Destinations of events that the config has. */
  readonly eventDestinations: ReadonlySet<string>
  readonly s3: S3Service
  readonly iam: IamService
}

export interface AdministrationContext {
  readonly service: AdministrationService
  readonly caller: SigningCaller
  readonly query: URLSearchParams
  /** All of it, verified. */
  readonly body: () => Promise<Uint8Array>
  /** Whether it is about all buckets: not for accounts that are not of the config. */
  readonly seesAll: boolean
}
