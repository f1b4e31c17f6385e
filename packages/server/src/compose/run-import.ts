import { systemClock } from '../base/clock.ts'
import { Conditions } from '../base/conditions.ts'
import { keepAlive } from '../base/keep-alive.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import type { Config } from '../config/config.ts'
import type { KeySecrets } from '../config/key-secrets.ts'
import type { SourceCredentials } from '../config/source-credentials.ts'
import { HttpClient } from '../http/http-client.ts'
import { importBuckets, type ImportRequest } from '../import/import-buckets.ts'
import { listBuckets } from '../import/source-listing.ts'
import { S3Source } from '../import/s3-source.ts'
import { checkFormat } from '../metadata/store-format.ts'
import type { ServerOptions } from '../server-options.ts'
import { closeStores, openStores } from './open-stores.ts'
import { processesOf } from './settings.ts'
import { storeGuards } from './store-guards.ts'
import { openToolService } from './tool-service.ts'

export { type Count, type Difference, type ImportProgress, ImportReport } from '../import/import-report.ts'
export { SourceError } from '../import/source-error.ts'

export interface ImportOptions extends Pick<
  ImportRequest,
  | 'prefix'
  | 'parallel'
  | 'bytesPerSecond'
  | 'isDryRun'
  | 'bringsSettings'
  | 'accounts'
  | 'report'
  | 'countsAhead'
> {
  readonly config: Config
  readonly keySecrets: KeySecrets
  readonly dataDirectory: string
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
  const { config, keySecrets, dataDirectory, account, to } = given
  const options: ServerOptions = {
    config,
    keySecrets,
    dataDirectory,
    address: { host: '', port: 0 },
    domains: [],
    log: silentLog,
  }
  const guards = storeGuards(options, new Conditions(systemClock, silentLog), systemClock)
  const stores = await openStores(options, systemClock, guards)
  // As for all commands: only a server goes on to look at pages that the start left out.
  stores.pages.lookedUpTo(undefined)
  const processes = processesOf(options, stores, systemClock, systemRandom)
  try {
    await checkFormat(stores.metadata)
    // So that servers leave alone what is brought until it has its name.
    await processes?.presence.start()
    const service = await openToolService(options, stores, processes)
    const owner = account === undefined ? service.accounts.accounts[0] : service.accounts.findById(account)
    if (!owner)
      throw new Error(
        account === undefined ? 'The config has no account.' : `There is no account ${account}.`,
      )
    const buckets = names.map((from) => ({ from, to: to ?? from }))
    try {
      await importBuckets({ ...given, source, service, owner, buckets })
    } finally {
      await service.digests[Symbol.asyncDispose]()
    }
  } finally {
    await processes?.presence.stop()
    await closeStores(stores)
  }
}
