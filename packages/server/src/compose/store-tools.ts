import type { BackupProgress } from '../backup/backup-progress.ts'
import { type BackedUp, backUp } from '../backup/back-up.ts'
import type { Verified } from '../backup/verify.ts'
import { type BucketUsage, bucketUsages } from '../background/usage/bucket-usages.ts'
import { forgetUsage } from '../background/usage/forget-usage.ts'
import { applyRepair, type Repaired } from '../background/repair/apply-repair.ts'
import { planRepair, type RepairPlan } from '../background/repair/plan-repair.ts'
import { hasServers } from '../background/process-presence.ts'
import { type NamedUpload, namedUploads } from '../background/store-usage.ts'
import { type LeasedWorker, leasedWorkers } from '../background/leased-workers.ts'
import { type ScrubProgress, scrubStore } from '../background/scrub/scrub-store.ts'
import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { silentLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import type { DamagedPage } from '../metadata/damaged-pages.ts'
import type { QuotaLimits } from '../metadata/tables/quota-tables.ts'
import { listQuotas, type Quota } from '../s3/shared/quotas/list-quotas.ts'
import { type QuotaPlace, setQuota } from '../s3/shared/quotas/set-quota.ts'
import { checkFormat } from '../metadata/store-format.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { ServerOptions } from '../server-options.ts'
import { processTimeoutMilliseconds } from '../config/process-timeout.ts'
import { processesOf } from './settings.ts'
import { openToolService } from './tool-service.ts'
import type { Stores } from '../s3/shared/content/stores.ts'
import type { BackupPlace } from './backup-place.ts'
import { assertOwnUser } from './identity/assert-own-user.ts'
import { isWithin, realPathOf } from './identity/separate-folders.ts'
import { isReadOnly, openReadOnly } from './open-read-only.ts'
import { openStores, closeStores } from './open-stores.ts'
import { verifyMoment, type VerifyWishes } from './verify-moment.ts'

export type { RepairPlan } from '../background/repair/plan-repair.ts'
export type { BackedUp } from '../backup/back-up.ts'
export type { Damage } from '../background/scrub/damage.ts'

export interface BackupWishes {
  /** Of the newest moments. */
  readonly keep?: number | undefined
  readonly onProgress: (progress: BackupProgress) => void
  /** Ends it; its reason is what the promise rejects with. */
  readonly signal: AbortSignal
}

interface DamagedStorePages {
  /** Of the metadata. What may be in them is neither read nor written. */
  readonly damagedPages: readonly Pick<DamagedPage, 'page' | 'reason'>[]
}

/** A store as the command line looks into it, beside its servers or without. */
export interface StoreTools extends AsyncDisposable {
  workers(): Promise<LeasedWorker[]>
  uploads(): Promise<NamedUpload[]>
  /** What buckets and accounts may hold, and do. */
  quotas(): Promise<Quota[]>
  /** Takes it away where nothing is limited. Throws where there is no such bucket or account. */
  setQuota(place: QuotaPlace, limits: QuotaLimits): Promise<void>
  /** What each bucket holds. */
  usage(): Promise<BucketUsage[]>
  /** Blobs that were set aside since nothing names them. */
  quarantined(): Promise<{ readonly id: string; readonly since: Date }[]>
  /** Puts one back where it was. */
  restoreBlob(id: string): Promise<boolean>
  /** Deletes one for good. */
  purgeBlob(id: string): Promise<void>
  scrub(onProgress: (progress: ScrubProgress) => void): Promise<ScrubProgress & DamagedStorePages>
  /** Adds this moment to a backup, beside servers or without. */
  backUp(place: BackupPlace, how: BackupWishes): Promise<BackedUp>
  /** Holds a moment of a backup, the newest if not said otherwise, and the store against each other. */
  verify(place: BackupPlace, how: VerifyWishes): Promise<Verified>
  /** Puts back from a backup what is damaged and was not changed since. Throws beside running servers. */
  mend(place: BackupPlace, how: VerifyWishes): Promise<Verified>
  /** What is beyond reading. Throws beside running servers; changes nothing. */
  planRepair(onProgress: (progress: ScrubProgress) => void): Promise<RepairPlan>
  /** Takes it out. */
  repair(plan: RepairPlan): Promise<Repaired>
}

/** `mode`: to look, where nothing is written; to change, where the user may. */
export async function openStoreForTools({
  mode,
  ...given
}: Pick<ServerOptions, 'config' | 'keySecrets'> & {
  readonly dataDirectory: string
  readonly mode: 'look' | 'change'
}): Promise<StoreTools> {
  const options: ServerOptions = { ...given, address: { host: '', port: 0 }, domains: [], log: silentLog }
  const isLookedAtOnly = mode === 'look' || (await isReadOnly(given.dataDirectory, given.config))
  const stores = isLookedAtOnly
    ? await openReadOnly(given.dataDirectory, options)
    : await openStores(options, systemClock)
  const processes = isLookedAtOnly ? undefined : processesOf(options, stores, systemClock, systemRandom)
  await checkFormat(stores.metadata)
  const openService = (): Promise<S3Service> => openToolService(options, stores, processes)
  const assertAlone = async (): Promise<void> => {
    if (isLookedAtOnly)
      throw new Error('This user may not write into the data folder, so nothing can be repaired.')
    await assertOwnUser(given.dataDirectory, given.config)
    if (await hasServers(stores.metadata, systemClock, processTimeoutMilliseconds(options)))
      throw new Error(
        'A server is running on this store, or ended without a word less than a minute ago. Stop it first.',
      )
  }
  let saying: Promise<void> | undefined
  const sayAlive = async (): Promise<void> => {
    await (saying ??= processes?.presence.start())
  }
  return {
    workers: () => leasedWorkers(stores.metadata, systemClock),
    uploads: () => namedUploads(stores.metadata),
    quotas: () => listQuotas(stores.metadata),
    async setQuota(place, limits) {
      if (isLookedAtOnly) throw new Error('This user may not write into the data folder.')
      await setQuota(stores.metadata, place, limits)
    },
    async usage() {
      const found: BucketUsage[] = []
      for await (const bucket of bucketUsages(stores.metadata)) found.push(bucket)
      return found
    },
    quarantined: () => quarantined(stores),
    restoreBlob: (id) => stores.blobs.quarantine.restore(id),
    purgeBlob: (id) => stores.blobs.quarantine.remove(id),
    async scrub(onProgress) {
      // So that servers leave alone what is being read.
      await sayAlive()
      const { signal } = new AbortController()
      await stores.pages.lookAtAll()
      const progress = await scrubStore(await openService(), { onProgress, notes: !isLookedAtOnly, signal })
      return {
        ...progress,
        damagedPages: stores.pages.list().map(({ page, reason }) => ({ page, reason })),
      }
    },
    async backUp({ disk, directory, isFolder }, wishes) {
      if (!processes)
        throw new Error(
          'This user may not write into the data folder, so servers could not be told to keep what is copied. Run it as the user that the servers run as.',
        )
      if (isFolder) await assertOutside(given.dataDirectory, directory)
      await sayAlive()
      const engines = { disk, random: systemRandom, nowMilliseconds: systemClock.now().getTime() }
      return backUp({ ...stores, ...engines, ...wishes, directory, hold: processes.backupHold })
    },
    async verify(place, wishes) {
      // So that servers leave alone what is being read.
      await sayAlive()
      return verifyMoment(stores, place, wishes)
    },
    async mend(place, wishes) {
      await assertAlone()
      await forgetUsage(stores.metadata)
      return verifyMoment(stores, place, { ...wishes, mends: true })
    },
    async planRepair(onProgress) {
      await assertAlone()
      const { signal } = new AbortController()
      return planRepair(await openService(), onProgress, signal)
    },
    async repair(plan) {
      await assertAlone()
      return applyRepair(await openService(), plan)
    },
    async [Symbol.asyncDispose]() {
      await processes?.presence.stop()
      await closeStores(stores)
    },
  }
}

/** What is in the data folder is the store's, and a store that is lost takes it along. */
async function assertOutside(dataDirectory: string, directory: string): Promise<void> {
  const [data, backup] = [
    await realPathOf(systemDisk, dataDirectory),
    await realPathOf(systemDisk, directory),
  ]
  if (isWithin(backup, data) || isWithin(data, backup))
    throw new Error(`${directory} and the data folder lie in one another. Name a folder on another disk.`)
}

async function quarantined({ blobs }: Stores) {
  const found: { readonly id: string; readonly since: Date }[] = []
  for await (const { id, sinceMilliseconds } of blobs.quarantine.list()) {
    found.push({ id, since: new Date(sinceMilliseconds) })
  }
  return found
}
