import type { AccountDirectory } from '../../../access/account-directory.ts'
import type { ObjectOwnership } from '../../../access/object-ownership.ts'
import type { Clock } from '../../../base/clock.ts'
import type { DigestThreads } from '../../../base/digest-threads.ts'
import type { Random } from '../../../base/random.ts'
import type { GuessGuard } from '../../../guesses/guess-guard.ts'
import type { Identities } from '../../../identities/identities.ts'
import type { QueryThreads } from '../../../select/query-threads.ts'
import type { AnalyzedTraffic } from '../analyzing/analyzed-traffic.ts'
import type { AccessLogSink } from '../access-log/access-log.ts'
import type { ContentIds } from '../content/content-ids.ts'
import type { ContentPins } from '../content/content-pins.ts'
import type { Stores } from '../content/stores.ts'
import type { AccessTimes } from '../storage-tiers/access-times.ts'
import type { Placement } from '../content/placement.ts'
import type { DocumentCache } from './document-cache.ts'
import type { EventDestinations } from '../announcing/event-sender.ts'
import type { EventSequence } from '../announcing/event-sequence.ts'
import type { ObjectKeys } from '../sealing/object-keys.ts'

/** What the operator chose. */
export interface S3Settings {
  readonly region: string
  /** Storage classes accepted besides S3's own. */
  readonly storageClasses: readonly string[]
  /** Where and how the bytes of a class are kept; those that are not named, by default. */
  readonly placements: ReadonlyMap<string, Placement>
  /** The least size of every part but the last; 5 MiB on S3, less in tests. */
  readonly minimumPartBytes: number
  /** How long a lifecycle day is: 24 hours, less only in tests. */
  readonly dayMilliseconds: number
  /** Buckets elsewhere, as ARNs of rules of replication name them. */
  readonly remoteBuckets: ReadonlySet<string>
  readonly acl: { readonly emailGrantees: boolean }
  readonly newBuckets: {
    readonly objectOwnership: ObjectOwnership
    readonly blockPublicAccess: boolean
    readonly blockCustomerKeys: boolean
  }
}

/** What deciding on access reads, and nothing else. */
export interface AccessService extends Pick<S3Service, 'accounts' | 'clock' | 'documents'> {
  readonly stores: Pick<Stores, 'metadata'>
  readonly settings: Pick<S3Settings, 'region'>
}

/** What every operation of one server works on. */
export interface S3Service {
  readonly stores: Stores
  readonly settings: S3Settings
  readonly accounts: AccountDirectory
  readonly clock: Clock
  readonly random: Random
  readonly digests: DigestThreads
  readonly pins: ContentPins
  readonly queries: QueryThreads
  readonly documents: DocumentCache
  readonly encryption: ObjectKeys
  readonly contentIds: ContentIds
  readonly eventDestinations: EventDestinations
  readonly eventSequence: EventSequence
  readonly accessLog: AccessLogSink
  readonly accesses: AccessTimes
  readonly analyzedTraffic: AnalyzedTraffic
  readonly guesses: GuessGuard
  readonly identities: Identities
  /** Tells the garbage worker that a commit left it something to do. */
  readonly garbageAdded: () => void
}
