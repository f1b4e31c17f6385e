import { join, resolve } from 'node:path'
import { AccountDirectory } from './access/accounts.ts'
import type { Explanation } from './access/explanation.ts'
import { AccessLogWorker } from './background/access-logs/access-log-worker.ts'
import { AccessTimeWorker } from './background/access-time-worker.ts'
import { CompletedUploadWorker } from './background/completed-upload-worker.ts'
import { DueKeyWorker } from './background/due-key-worker.ts'
import { eventWorkers } from './background/events/event-workers.ts'
import { GarbageWorker } from './background/garbage-worker.ts'
import { LifecycleWorker } from './background/lifecycle/lifecycle-worker.ts'
import { openProcesses, type Processes } from './background/processes.ts'
import { Scheduler } from './background/scheduler.ts'
import { type NamedUpload, namedUploads, UsageMeter } from './background/store-usage.ts'
import { UnreferencedBlobWorker } from './background/unreferenced-blob-worker.ts'
import { type LeasedWorker, leasedWorkers } from './background/leased-workers.ts'
import { type ScrubProgress, scrubStore } from './background/scrub/scrub-store.ts'
import { ScrubWorker, scrubSettings } from './background/scrub/scrub-worker.ts'
import { type Clock, systemClock } from './base/clock.ts'
import { DigestThreads } from './base/digest-threads.ts'
import { systemDisk } from './base/disk.ts'
import { silentLog } from './base/log.ts'
import { type Random, systemRandom } from './base/random.ts'
import { openFileBlobs } from './blobs/engines/files.ts'
import { openMemoryBlobs } from './blobs/engines/memory.ts'
import { openPlaced } from './blobs/engines/placed.ts'
import type { BlobStore } from './blobs/blob-store.ts'
import { classesOf, namesOf, placementsOf } from './config/storage-classes.ts'
import type { Config } from './config/config.ts'
import type { KeySecrets } from './config/key-secrets.ts'
import { kmsApi } from './http/kms-api.ts'
import { DEFAULT_TIMEOUTS, Listener } from './http/listener.ts'
import { BucketKeys } from './encryption/bucket-keys.ts'
import { openKeyManagement } from './encryption/keys/open-key-management.ts'
import { RootKeyFolder } from './encryption/keys/root-key-folder.ts'
import { StoreKeys } from './encryption/store-keys.ts'
import { keyServiceForS3 } from './kms/key-service.ts'
import type { KmsService } from './kms/kms-service.ts'
import { openKms } from './kms/open-kms.ts'
import { resealKeys, type ResealProgress } from './kms/reseal-keys.ts'
import { RequestMetrics } from './http/request-metrics.ts'
import { openDestinations } from './http/event-destinations.ts'
import { openLmdb } from './metadata/engines/lmdb.ts'
import { openMemory } from './metadata/engines/memory.ts'
import { checkFormat, claimFormat } from './metadata/store-format.ts'
import { AccessLog } from './s3/access-log.ts'
import { explain } from './s3/explain.ts'
import { questionOf } from './s3/explain-question.ts'
import { DocumentCache } from './s3/document-cache.ts'
import { ContentPins } from './s3/content/content-pins.ts'
import { noDestinations } from './s3/events/event-sender.ts'
import { EventSequence } from './s3/events/event-sequence.ts'
import type { Stores } from './s3/content/stores.ts'
import type { S3Service, S3Settings } from './s3/service.ts'
import { AccessTimes } from './s3/storage-class/access-times.ts'
import type { ObjectKeys } from './s3/sse/object-keys.ts'
import { storeKeyRecords } from './s3/sse/store-key-records.ts'
import type { RunningServer, ServerOptions } from './server-options.ts'
import { SigningKeyCache } from './signature/signing-key.ts'

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000

/** Source: S3 User Guide, "Amazon S3 multipart upload limits". */
const MINIMUM_PART_BYTES = 5 * 1024 * 1024

const METADATA = 'metadata'
const ROOT_KEYS = 'root-keys'

/** Puts a server together and starts it. The only place that chooses engines. */
export async function startHoldfast(options: ServerOptions): Promise<RunningServer> {
  const { config, log, clock = systemClock, random = systemRandom } = options
  const stores = await openStores(options, clock)
  const processes = processesOf(options, stores, clock, random)
  const digests = new DigestThreads()
  try {
    await claimFormat(stores.metadata)
    const callGarbage = (): void => scheduler.call('garbage')
    const pins = new ContentPins(callGarbage, processes?.longReads)
    const foreignReads = processes?.foreignReads
    const accounts = new AccountDirectory(config.accounts, { showsDisplayNames: config.acl.displayNames })
    const keys = await openKeys(options, stores, accounts, clock)
    const settings = settingsOf(options, dayMilliseconds(options))
    const { accessLogs } = config
    const accessLog = new AccessLog({ metadata: stores.metadata, clock, random, log, settings: accessLogs })
    const service: S3Service = {
      stores,
      settings,
      accounts,
      clock,
      random,
      digests,
      pins,
      documents: new DocumentCache(),
      encryption: keys.objectKeys,
      eventDestinations: openDestinations(options, (worker) => scheduler.call(worker)),
      eventSequence: new EventSequence(clock),
      accessLog,
      accesses: new AccessTimes(clock, settings.dayMilliseconds),
      garbageAdded: callGarbage,
    }
    const events = eventWorkers(service, log)
    const accessLogWorker = new AccessLogWorker(service, log, accessLogs)
    const workers = [
      new AccessTimeWorker(service),
      new GarbageWorker(stores, pins, foreignReads),
      new UnreferencedBlobWorker({ stores, clock, pins, foreignReads, garbageAdded: callGarbage }),
      new CompletedUploadWorker(stores, clock),
      new LifecycleWorker(service, log),
      new DueKeyWorker(keys.kms),
      new ScrubWorker(service, scrubSettings(config.scrub), log),
      ...events.workers,
      accessLogWorker,
    ]
    const leaseMilliseconds = processTimeoutMilliseconds(options)
    const scheduler = new Scheduler(workers, { clock, log, leases: processes?.leases, leaseMilliseconds })
    const meter = new UsageMeter(stores.metadata, clock)
    const listener = new Listener({
      metrics: {
        requests: new RequestMetrics(),
        workers: () => scheduler.reports(),
        usage: () => meter.usage(),
        deliveries: events.counts,
        accessLogs: () => ({ taken: accessLog.counts, delivery: accessLogWorker.counts }),
      },
      pipeline: {
        service,
        domains: options.domains,
        websites: {
          region: config.region,
          domains: options.domains,
          named: new Map(Object.entries(config.websites)),
        },
        signingKeys: new SigningKeyCache(),
      },
      jsonApis: [kmsApi(keys.kms)],
      address: options.address,
      tls: options.tls,
      timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
      log,
    })
    // Before the first request is read, so that others know that something may be.
    await processes?.presence.start()
    const port = await listener.listen()
    scheduler.start()
    return runningServer(options, port, { listener, accessLog, scheduler, digests, stores, processes })
  } catch (error) {
    await processes?.presence.stop().catch(() => undefined)
    await closeStores(stores)
    throw error
  }
}

function settingsOf(options: ServerOptions, dayMilliseconds: number): S3Settings {
  const { config } = options
  return {
    region: config.region,
    storageClasses: namesOf(config),
    placements: placementsOf(config),
    newBuckets: config.newBuckets,
    dayMilliseconds,
    acl: { emailGrantees: config.acl.emailGrantees },
    minimumPartBytes: options.minimumPartBytes ?? MINIMUM_PART_BYTES,
  }
}

/** A store as the command line looks into it, beside its servers or without. */
export interface StoreTools extends AsyncDisposable {
  workers(): Promise<LeasedWorker[]>
  uploads(): Promise<NamedUpload[]>
  scrub(onProgress: (progress: ScrubProgress) => void): Promise<ScrubProgress>
}

export async function openStoreForTools(
  given: Pick<ServerOptions, 'config' | 'keySecrets'> & { readonly dataDirectory: string },
): Promise<StoreTools> {
  const options: ServerOptions = { ...given, address: { host: '', port: 0 }, domains: [], log: silentLog }
  const stores = await openStores(options, systemClock)
  const processes = processesOf(options, stores, systemClock, systemRandom)
  await checkFormat(stores.metadata)
  const accounts = new AccountDirectory(given.config.accounts)
  const openService = async (): Promise<S3Service> => ({
    stores,
    settings: settingsOf(options, DAY_MILLISECONDS),
    accounts,
    clock: systemClock,
    random: systemRandom,
    digests: new DigestThreads(),
    pins: new ContentPins(() => {}, processes?.longReads),
    documents: new DocumentCache(),
    encryption: (await openKeys(options, stores, accounts, systemClock)).objectKeys,
    eventDestinations: noDestinations,
    eventSequence: new EventSequence(systemClock),
    accessLog: { note() {} },
    accesses: new AccessTimes(systemClock, DAY_MILLISECONDS),
    garbageAdded: () => {},
  })
  return {
    workers: () => leasedWorkers(stores.metadata, systemClock),
    uploads: () => namedUploads(stores.metadata),
    async scrub(onProgress) {
      // So that servers leave alone what is being read.
      await processes?.presence.start()
      const { signal } = new AbortController()
      return scrubStore(await openService(), onProgress, signal)
    },
    async [Symbol.asyncDispose]() {
      await processes?.presence.stop()
      await closeStores(stores)
    },
  }
}

/** How long a process that says nothing counts as alive, unless the config says otherwise for tests. */
const PROCESS_TIMEOUT_MILLISECONDS = 30_000

function processTimeoutMilliseconds({ config: { testing } }: ServerOptions): number {
  const seconds = testing?.processTimeoutSeconds
  return seconds === undefined ? PROCESS_TIMEOUT_MILLISECONDS : seconds * 1000
}

/** What processes that share a store tell each other; `undefined` where none can. */
function processesOf(
  options: ServerOptions,
  { metadata }: Stores,
  clock: Clock,
  random: Random,
): Processes | undefined {
  if (options.dataDirectory === undefined) return undefined
  const timeoutMilliseconds = processTimeoutMilliseconds(options)
  return openProcesses({ metadata, clock, random, log: options.log, timeoutMilliseconds })
}

function dayMilliseconds({ config: { testing }, log }: ServerOptions): number {
  if (!testing) return DAY_MILLISECONDS
  const { dayLengthSeconds } = testing
  log.warn(
    { dayLengthSeconds },
    'TESTING IS ON: lifecycle rules take days of this length. Never keep real data here.',
  )
  return dayLengthSeconds * 1000
}

/** Throws where a data folder holds nothing yet. */
export async function assertStored(dataDirectory: string): Promise<void> {
  const file = await systemDisk.openForRead(join(dataDirectory, METADATA, 'data.mdb'))
  await file.close()
}

/**
 * How a request would be decided on, by what a data folder holds, which is not changed; servers may be running on it.
 * Throws S3's errors for a question that makes no sense and for a bucket that is not there.
 */
export async function explainAccess(
  { config, dataDirectory }: { readonly config: Config; readonly dataDirectory: string },
  question: unknown,
): Promise<Explanation> {
  await using metadata = await openLmdb({ path: join(dataDirectory, METADATA), readOnly: true })
  await checkFormat(metadata)
  const service = {
    stores: { metadata },
    settings: { region: config.region },
    accounts: new AccountDirectory(config.accounts),
    clock: systemClock,
    documents: new DocumentCache(),
  }
  return await explain(service, questionOf(question))
}

async function openStores(options: ServerOptions, clock: Clock): Promise<Stores> {
  const { dataDirectory, disk = systemDisk, random = systemRandom, wrapMetadata = (store) => store } = options
  const classes = classesOf(options.config)
  if (dataDirectory === undefined) {
    const blobs = await openPlaced(openMemoryBlobs({ random }), classes, async () =>
      openMemoryBlobs({ random }),
    )
    return { metadata: wrapMetadata(openMemory({ random })), blobs }
  }
  await disk.makeDirectory(dataDirectory, 0o700)
  const metadata = wrapMetadata(await openLmdb({ path: join(dataDirectory, METADATA), random }))
  const openFolder = (directory: string): Promise<BlobStore> =>
    openFileBlobs({ directory: resolve(dataDirectory, directory), disk, random, clock })
  return { metadata, blobs: await openPlaced(await openFolder('blobs'), classes, openFolder) }
}

/** Where keys come from: the engine that keeps the root key, the store's own keys under it, and the key service. */
async function openKeys(
  { config, dataDirectory, keySecrets, disk = systemDisk, random = systemRandom }: ServerOptions,
  { metadata }: Stores,
  accounts: AccountDirectory,
  clock: Clock,
): Promise<{ readonly kms: KmsService; readonly objectKeys: ObjectKeys }> {
  const keyManagement = await openKeyManagement(config.encryption.keyManagement, {
    rootKeyDirectory: dataDirectory && join(dataDirectory, ROOT_KEYS),
    secrets: keySecrets ?? {},
    disk,
    random,
    clock,
  })
  const engines = { metadata, accounts, region: config.region, clock, random, keyManagement }
  const kms = await openKms(engines, config.kmsKeys)
  const keyService = keyServiceForS3(kms)
  const objectKeys = {
    storeKeys: new StoreKeys(keyManagement, storeKeyRecords(metadata), clock, random),
    keyService,
    bucketKeys: new BucketKeys(keyService, clock),
    random,
    requireTls: config.encryption.requireTls,
  }
  return { kms, objectKeys }
}

export interface RootKeyRotation {
  readonly config: Config
  readonly dataDirectory: string
  readonly keySecrets?: KeySecrets
  /** `finish`: makes no new root key, and removes those that nothing is sealed under any more. */
  readonly mode: 'rotate' | 'finish'
  readonly onProgress: (progress: ResealProgress) => void
}

/** What a process that is just sealing a key may take to commit it, and much more. */
const ROOT_KEY_OVERLAP_MILLISECONDS = 3_600_000

/**
 * Makes a new root key, where that is ours to make, and seals every long-lived key under the newest one. May run beside
 * servers of the same store, may be killed at any moment, and be run again.
 */
export async function rotateRootKey(
  rotation: RootKeyRotation,
): Promise<ResealProgress & { readonly removedRootKeys: number }> {
  const { config, dataDirectory, keySecrets = {}, mode, onProgress } = rotation
  const setting = {
    rootKeyDirectory: join(dataDirectory, ROOT_KEYS),
    secrets: keySecrets,
    disk: systemDisk,
    random: systemRandom,
    clock: systemClock,
  }
  const choice = config.encryption.keyManagement
  const isInFolder = choice.engine === 'local' && !keySecrets.rootKeys
  const folder = isInFolder
    ? await RootKeyFolder.open({ ...setting, directory: setting.rootKeyDirectory })
    : undefined
  await using keyManagement = await openKeyManagement(choice, setting)
  await using metadata = await openLmdb({ path: join(dataDirectory, METADATA), random: systemRandom })
  await claimFormat(metadata)
  if (mode === 'rotate') await folder?.add()
  const progress = await resealKeys(metadata, keyManagement, onProgress)
  const mayRemove = mode === 'finish' && progress.resealed === 0
  const removed = mayRemove ? await folder?.removeReplaced(ROOT_KEY_OVERLAP_MILLISECONDS) : undefined
  return { ...progress, removedRootKeys: removed ?? 0 }
}

async function closeStores({ blobs, metadata }: Stores): Promise<void> {
  await blobs[Symbol.asyncDispose]()
  await metadata[Symbol.asyncDispose]()
}

interface ServerParts {
  readonly digests: DigestThreads
  readonly listener: Listener
  readonly accessLog: AccessLog
  readonly scheduler: Scheduler
  readonly stores: Stores
  readonly processes: Processes | undefined
}

function runningServer(
  { address, tls, log }: ServerOptions,
  port: number,
  { listener, accessLog, scheduler, digests, stores, processes }: ServerParts,
): RunningServer {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  let drained: Promise<void> | undefined
  const drain = (): Promise<void> => (drained ??= listener.drain())
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    const ended = drain()
    listener.abort()
    await ended
    await scheduler.stop()
    // After the workers: lifecycle rules are recorded too.
    await accessLog.stop()
    await processes?.presence.stop().catch((err: unknown) => {
      log.error({ err }, 'the store did not take that this process ends')
    })
    await digests[Symbol.asyncDispose]()
    await closeStores(stores)
  }
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${port}`,
    port,
    async settle() {
      await accessLog.save()
      await scheduler.settle()
    },
    drain,
    [Symbol.asyncDispose]: () => (closed ??= close()),
  }
}
