import { processTimeoutMilliseconds } from '../config/process-timeout.ts'
import type { AdministrationService } from '../administration/administration-service.ts'
import { type Denial, Denials, isDenial } from '../administration/denials.ts'
import { AccountDirectory } from '../access/account-directory.ts'
import { AccessLogWorker } from '../background/access-logs/access-log-worker.ts'
import { AccessTimeWorker } from '../background/access-time-worker.ts'
import { CompletedUploadWorker } from '../background/completed-upload-worker.ts'
import { DueKeyWorker } from '../background/due-key-worker.ts'
import { eventWorkers } from '../background/events/event-workers.ts'
import { FormatWorker } from '../background/format-worker.ts'
import { GarbageWorker } from '../background/garbage-worker.ts'
import { JobSteps } from '../background/jobs/job-steps.ts'
import { JobWorker } from '../background/jobs/job-worker.ts'
import { AnalyticsWorker } from '../background/analytics/analytics-worker.ts'
import { TrafficWorker } from '../background/analytics/traffic-worker.ts'
import { InventoryWorker } from '../background/inventory/inventory-worker.ts'
import { KeyUseWorker } from '../background/key-use-worker.ts'
import { LifecycleWorker } from '../background/lifecycle/lifecycle-worker.ts'
import { ConditionProbe } from '../background/condition-probe.ts'
import { leasedWorkers, workerAlone } from '../background/leased-workers.ts'
import { PageWorker } from '../background/page-worker.ts'
import { Scheduler } from '../background/scheduler.ts'
import { UsageMeter } from '../background/store-usage.ts'
import { UnreferencedBlobWorker } from '../background/unreferenced-blob-worker.ts'
import { RowRenewalWorker } from '../background/row-renewal-worker.ts'
import { UsageHistoryWorker } from '../background/usage/usage-history-worker.ts'
import { UsageWorker } from '../background/usage/usage-worker.ts'
import { ScrubWorker, scrubSettings } from '../background/scrub/scrub-worker.ts'
import { systemClock } from '../base/clock.ts'
import { CorrectedClock } from '../base/corrected-clock.ts'
import { Conditions } from '../base/conditions.ts'
import { DigestThreads } from '../base/digest-threads.ts'
import { systemDisk } from '../base/disk.ts'
import { ownVersion } from '../base/own-version.ts'
import { systemRandom } from '../base/random.ts'
import { classesOf } from '../config/storage-classes.ts'
import { IdentityProviders } from '../federation/identity-providers.ts'
import { GuessGuard } from '../guesses/guess-guard.ts'
import { KeyUses } from '../identities/key-uses.ts'
import { PASSWORD_COST } from '../identities/password-digest.ts'
import { Identities } from '../identities/identities.ts'
import { StoreAccounts } from '../identities/store-accounts.ts'
import { Admissions } from '../http/admissions.ts'
import { iamApi, stsApi } from '../http/identity-apis.ts'
import { sumOfTraffic } from '../http/traffic.ts'
import { TrustedProxies } from '../http/trusted-proxies.ts'
import { kmsApi } from '../http/kms-api.ts'
import { HttpsDocuments } from '../http/https-documents.ts'
import { AddressLink } from '../http/address-link.ts'
import { DocumentBudget } from '../http/document-budget.ts'
import { Listener, type ListenerOptions } from '../http/listener.ts'
import { OwnApi } from '../http/own-api.ts'
import { s3Door } from '../http/s3-door.ts'
import { DEFAULT_TIMEOUTS } from '../http/timeouts.ts'
import { bucketOfHost } from '../protocol/address.ts'
import { BucketMetrics } from '../http/bucket-metrics.ts'
import { RequestMetrics } from '../http/request-metrics.ts'
import { metricsOf, type MetricsSources, processMetrics } from '../http/server-metrics.ts'
import { RateLedger } from '../limits/rate-ledger.ts'
import { openDestinations } from '../destinations/open-destinations.ts'
import { claimFormat } from '../metadata/store-format.ts'
import { setUsageLedger, UsageLedger } from '../metadata/usage-ledger.ts'
import { unreadableRows } from '../metadata/unreadable-rows.ts'
import { AccessLog } from '../s3/shared/access-log/access-log.ts'
import { DocumentCache } from '../s3/shared/service/document-cache.ts'
import { ContentPins } from '../s3/shared/content/content-pins.ts'
import { EventSequence } from '../s3/shared/announcing/event-sequence.ts'
import { ContentIds } from '../s3/shared/content/content-ids.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import { AnalyzedTraffic } from '../s3/shared/analyzing/analyzed-traffic.ts'
import { AccessTimes } from '../s3/shared/storage-tiers/access-times.ts'
import { QueryThreads } from '../select/query-threads.ts'
import type { RunningServer, ServerOptions } from '../server-options.ts'
import { SigningKeyCache } from '../signature/signing-key.ts'
import { usingReserve } from '../metadata/ordered-store.ts'
import { connectionLimit } from './connection-limit.ts'
import { openAuditLog, openAuditWebhook } from './open-audit-log.ts'
import { listenForMetrics, meteredBuckets, openMetrics } from './open-metrics.ts'
import { conditionChecks } from './condition-checks.ts'
import { openSignIn, signInSettings } from './open-sign-in.ts'
import { runningServer } from './running-server.ts'
import { storeGuards } from './store-guards.ts'
import { inventoryFileRows, settingsOf, processesOf, dayMilliseconds } from './settings.ts'
import { openStores, closeStores } from './open-stores.ts'
import { Console } from './open-console.ts'
import { openKeys } from './open-keys.ts'
import { openRemoteBuckets } from './open-remote-buckets.ts'
import { checkBuckets, setUpBuckets } from '../set-up/set-up-buckets.ts'
import { tellLostAccounts } from './lost-accounts.ts'

/** Puts a server together and starts it. The only place that chooses engines. */
export async function startHoldfast(options: ServerOptions): Promise<RunningServer> {
  const { config, log, clock: own = systemClock, random = systemRandom } = options
  // Nodes on one database go by its clock.
  const clock = config.metadata.engine === 'lmdb' ? own : new CorrectedClock(own)
  const conditions = new Conditions(clock, log)
  const guards = storeGuards(options, conditions, clock)
  // A start that fails ends what it has opened by then, as the end of a server does.
  await using opened = new AsyncDisposableStack()
  const stores = await openStores(options, clock, guards)
  opened.defer(() => closeStores(stores))
  const freeing = { ...stores, metadata: usingReserve(stores.metadata) }
  const processes = processesOf(options, freeing, clock, random)
  const digests = opened.use(new DigestThreads())
  const queries = opened.use(new QueryThreads())
  opened.defer(() =>
    processes?.presence.stop().catch((err: unknown) => {
      log.error({ err }, 'the store did not take that this process ends')
    }),
  )
  const unreadable = unreadableRows(stores.metadata)
  unreadable.log = log
  stores.pages.onRow = (row) => unreadable.tell(row)
  await claimFormat(stores.metadata)
  setUsageLedger(stores.metadata, new UsageLedger(clock, random))
  const callGarbage = (): void => scheduler.call('garbage')
  const pins = new ContentPins(callGarbage, processes?.longReads)
  const foreignReads = processes?.foreignReads
  const accounts = new AccountDirectory(config.accounts, { showsDisplayNames: config.acl.displayNames })
  const storeAccounts = new StoreAccounts({ directory: accounts, metadata: stores.metadata, clock })
  await storeAccounts.glance()
  const keys = await openKeys(options, stores, accounts, clock)
  // So that of nodes with several root keys one alone starts, on a new store too.
  if (config.metadata.engine !== 'lmdb') await keys.objectKeys.storeKeys.current()
  if (options.isFirst !== false) await tellLostAccounts(stores.metadata, accounts, log)
  const settings = settingsOf(options, dayMilliseconds(options))
  const { accessLogs } = config
  const accessLog = new AccessLog({ metadata: stores.metadata, clock, random, log, settings: accessLogs })
  opened.defer(() => accessLog.stop())
  const { metadata } = stores
  const { storeKeys } = keys.objectKeys
  const keyUses = new KeyUses(clock, metadata)
  const identities = new Identities({ accounts, metadata, storeKeys, keyUses, storeAccounts })
  const audit = openAuditLog(options, { conditions, clock, random })
  await audit?.start()
  opened.defer(() => audit?.stop())
  const auditWebhook = openAuditWebhook(options, { conditions, clock, random })
  const guesses = new GuessGuard({ metadata, clock, log })
  const eventDestinations = await openDestinations(options, { clock, log, resources: opened }, (worker) =>
    scheduler.call(worker),
  )
  const service: S3Service = {
    stores,
    settings,
    accounts,
    clock,
    random,
    digests,
    pins,
    queries,
    documents: new DocumentCache(),
    encryption: keys.objectKeys,
    eventDestinations,
    contentIds: new ContentIds({ clock, random }),
    eventSequence: new EventSequence(clock),
    accessLog,
    accesses: new AccessTimes(clock, settings.dayMilliseconds),
    analyzedTraffic: new AnalyzedTraffic(clock, settings.dayMilliseconds),
    guesses,
    identities,
    garbageAdded: callGarbage,
  }
  const passwordCost = options.passwordCost ?? PASSWORD_COST
  const { region, privateIdentityProviders: privateProviders } = config
  const documents = new HttpsDocuments()
  const iam = {
    metadata,
    accounts,
    storeKeys,
    keyUses,
    guesses,
    identityProviders: new IdentityProviders({ documents, privateProviders, clock, log }),
    passwordCost,
    clock,
    random,
    region,
  }
  const freeingService = { ...service, stores: freeing }
  const { dataDirectory, disk = systemDisk } = options
  const connections = opened.use(new DisposableStack())
  const remoteBuckets = await openRemoteBuckets({ config, dataDirectory, disk, clock, random }, connections)
  const events = eventWorkers(freeingService, log, remoteBuckets)
  const accessLogWorker = new AccessLogWorker(service, log, accessLogs)
  const inventory = new InventoryWorker(service, log, inventoryFileRows(options))
  const analytics = new AnalyticsWorker(service, log)
  const timeoutMilliseconds = processTimeoutMilliseconds(options)
  const scrub = scrubSettings(config.scrub)
  const workers = [
    new FormatWorker({ metadata: stores.metadata, clock, log, timeoutMilliseconds }),
    new RowRenewalWorker(stores.metadata),
    new AccessTimeWorker(freeingService),
    new TrafficWorker(freeingService),
    new GarbageWorker(freeing, pins, foreignReads),
    new UnreferencedBlobWorker({
      stores: freeing,
      clock,
      pins,
      foreignReads,
      isMetadataOlder: stores.isMetadataOlder,
      garbageAdded: callGarbage,
    }),
    new CompletedUploadWorker(freeing, clock),
    new LifecycleWorker(freeingService, log),
    new DueKeyWorker(keys.kms),
    new KeyUseWorker(keyUses, keys.kms.keyUses),
    new UsageWorker({ metadata: freeing.metadata, clock, log, timeoutMilliseconds }),
    new UsageHistoryWorker(freeing.metadata, clock),
    new PageWorker({
      pages: stores.pages,
      clock,
      everyMilliseconds: scrub.everyMilliseconds,
      call: () => scheduler.call('pages'),
    }),
    new ScrubWorker(freeingService, scrub, log),
    ...events.workers,
    ...(auditWebhook ? [auditWebhook] : []),
    accessLogWorker,
    inventory,
    analytics,
    new JobWorker(service, new JobSteps(service, remoteBuckets), { log }),
  ]
  const leaseMilliseconds = processTimeoutMilliseconds(options)
  const scheduler = new Scheduler(workers, { clock, log, leases: processes?.leases, leaseMilliseconds })
  opened.defer(() => scheduler.stop())
  const namedBuckets = meteredBuckets(options)
  const meter = new UsageMeter(stores, clock, namedBuckets)
  const lender = options.lender ?? new RateLedger(clock)
  const admissions = config.rates && new Admissions({ rates: config.rates, lender, clock })
  const metrics: MetricsSources = {
    conditions: () => conditions.list(),
    requests: new RequestMetrics(),
    buckets: namedBuckets > 0 ? new BucketMetrics() : undefined,
    connections: () => listener.connections + (webConsole?.listener.connections ?? 0),
    traffic: () => sumOfTraffic(listener.traffic, ...(webConsole ? [webConsole.listener.traffic] : [])),
    workers: () => scheduler.reports(),
    usage: () => meter.usage(),
    disks: () => guards.disks(),
    unreadableRows: () => unreadable.counts,
    damagedPages: () => stores.pages.count,
    deliveries: events.counts,
    replication: events.replication,
    accessLogs: () => ({ taken: accessLog.counts, delivery: accessLogWorker.counts }),
    inventory: () => inventory.counts,
    analytics: () => analytics.counts,
    audit: audit && (() => ({ ...audit.counts, delivery: auditWebhook?.counts })),
    limits: admissions && (() => admissions.counts),
    siblings: options.siblings,
  }
  const tls = options.tls && ('cert' in options.tls ? ([options.tls] as const) : options.tls)
  const openedMetrics = await openMetrics(options, metrics, tls)
  const { own: ownMetrics } = openedMetrics
  const websites = {
    region: config.region,
    domains: options.domains,
    named: new Map(Object.entries(config.websites)),
  }
  const denials = new Denials()
  const link = new AddressLink(config.console.url, options.tls !== undefined)
  const s3Link = new AddressLink(undefined, options.tls !== undefined)
  const listening: Omit<ListenerOptions, 'address' | 'door' | 'listen'> = {
    metrics,
    admissions,
    audit,
    denials,
    pipeline: {
      service,
      freeingService,
      domains: options.domains,
      websites,
      signingKeys: new SigningKeyCache(),
      versionTwo: config.signatureVersion2
        ? { bucketOfHost: (host) => bucketOfHost(host, options.domains) }
        : undefined,
    },
    jsonApis: [kmsApi(keys.kms)],
    queryApis: [iamApi(iam), stsApi(iam)],
    proxies: config.trustedProxies.length > 0 ? new TrustedProxies(config.trustedProxies) : undefined,
    tls,
    limits: config.limits,
    mostConnections: connectionLimit(log),
    timeouts: { ...DEFAULT_TIMEOUTS, ...options.timeouts },
    log,
    documents: new DocumentBudget(config.limits.documentMegabytes * 1024 * 1024),
  }
  const { onS3: metricsEndpoint } = openedMetrics
  const findDenial = async (requestId: string): Promise<Denial | undefined> => {
    const own = denials.find(requestId)
    if (own || !options.siblings) return own
    const answers = await options.siblings.ask('denial', requestId)
    return [...answers.values()].find((found) => isDenial(found))
  }
  const administration: AdministrationService = {
    stores,
    accounts,
    clock,
    region,
    workers: async () =>
      processes ? leasedWorkers(metadata, clock) : scheduler.reports().map((report) => workerAlone(report)),
    denial: findDenial,
    metrics: async () => (await metricsOf(metrics)).families,
    eventDestinations: service.eventDestinations.names,
    s3: service,
    iam,
  }
  const door = s3Door({
    domains: options.domains,
    websites,
    conditions,
    metricsEndpoint,
    consoleLink: link,
  })
  const listener = new Listener({
    ...listening,
    ownApi: new OwnApi(administration),
    address: options.address,
    listen: options.listen,
    door,
  })
  const webConsole =
    options.console &&
    new Console(options.console, {
      listener: listening,
      disk: systemDisk,
      publicUrl: config.console.url,
      settings: { version: ownVersion(), region, signIn: signInSettings(config.console) },
      administration,
      signIn: openSignIn(iam, documents, { config, log }),
      link,
      s3Link,
      conditions,
    })
  options.siblings?.answerWith({
    metrics: () => processMetrics(metrics).families,
    denial: (requestId) => denials.find(requestId),
  })
  // Before the first request is read, so that others know that something may be.
  await processes?.presence.start()
  const places = classesOf(config).flatMap(({ name, directory }) => (directory === undefined ? [] : [name]))
  const checks = conditionChecks({
    stores: freeing,
    checkPool: stores.checkPool,
    guards,
    clock,
    keyManagement: keys.keyManagement,
    places,
  })
  const probe = new ConditionProbe(checks, conditions, clock)
  opened.defer(() => probe.stop())
  await probe.start()
  const listeners = webConsole ? [listener, webConsole.listener] : [listener]
  opened.defer(async () => {
    ownMetrics?.server.close()
    const ended = listeners.map((each) => each.drain())
    for (const each of listeners) each.abort()
    await Promise.all(ended)
  })
  const metricsUrl = ownMetrics && (await listenForMetrics(ownMetrics, tls ? 'https' : 'http'))
  if (metricsUrl !== undefined && options.isFirst !== false)
    log.info({ url: metricsUrl }, 'metrics have an address of their own')
  // Behind what may fail: a config that a server cannot start with is to leave buckets and quotas as they are.
  if (options.isFirst !== false) {
    await checkBuckets({ service, disk }, config)
    await options.onSettingUp?.()
    await setUpBuckets({ service, disk }, config)
  }
  const port = await listener.listen()
  s3Link.serving({ ...options.address, port })
  const consolePort = await webConsole?.listen()
  scheduler.start()
  return runningServer(options, port, {
    listeners,
    consolePort,
    metricsServer: ownMetrics?.server,
    metricsUrl,
    accessLog,
    scheduler,
    opened: opened.move(),
  })
}
