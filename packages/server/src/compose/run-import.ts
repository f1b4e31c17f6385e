import { systemClock } from '../base/clock.ts'
import { keepAlive } from '../base/keep-alive.ts'
import { systemRandom } from '../base/random.ts'
import type { SourceCredentials } from '../config/source-credentials.ts'
import { HttpClient } from '../http/http-client.ts'
import { importBuckets, type ImportRequest } from '../import/import-buckets.ts'
import { listBuckets } from '../import/source-listing.ts'
import { S3Source } from '../import/s3-source.ts'
import { ownerOf, type StoreForImport, withStoreForImport } from './store-for-import.ts'

export { type Count, type Difference, type ImportProgress, ImportReport } from '../import/import-report.ts'
export { SourceError } from '../import/source-error.ts'

export interface ImportOptions
  extends
    StoreForImport,
    Pick<
      ImportRequest,
      | 'prefix'
      | 'parallel'
      | 'bytesPerSecond'
      | 'isDryRun'
      | 'bringsSettings'
      | 'renewsTraits'
      | 'accounts'
      | 'report'
      | 'countsAhead'
    > {
  readonly origin: URL
  readonly credentials: SourceCredentials
  readonly isInsecure: boolean
  /** Names at the source; empty: all that there are. */
  readonly buckets: readonly string[]
  /** What the one bucket is called here. Default: as there. */
  readonly to: string | undefined
  /** The id of the account that owns what is brought. Default: the first of the config. */
  readonly account: string | undefined
}

/** A connection on which nothing moves for so long is given up. */
const IDLE_MILLISECONDS = 60_000

/**
 * Brings buckets from another S3 endpoint into a data folder, beside its servers or without. Throws where it cannot begin or go
 * on; what is wrong with single objects and settings is told to the report.
 */
export async function runImport(options: ImportOptions): Promise<void> {
  const letGo = keepAlive()
  try {
    using client = new HttpClient({
      origin: options.origin,
      mostConnections: 2 * options.parallel,
      isInsecure: options.isInsecure,
      idleMilliseconds: IDLE_MILLISECONDS,
    })
    const { origin, credentials } = options
    const source = new S3Source({ client, origin, ...credentials, clock: systemClock, random: systemRandom })
    const names = options.buckets.length > 0 ? options.buckets : await listBuckets(source)
    await intoStore(options, source, names)
  } finally {
    letGo()
  }
}

async function intoStore(given: ImportOptions, source: S3Source, names: readonly string[]): Promise<void> {
  const { account, to } = given
  await withStoreForImport(given, async (service) => {
    const owner = ownerOf(service.accounts, account)
    const buckets = names.map((from) => ({ from, to: to ?? from }))
    await importBuckets({ ...given, source, service, owner, buckets })
  })
}
