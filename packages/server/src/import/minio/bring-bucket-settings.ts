import type { Account } from '../../access/accounts.ts'
import { findBucket } from '../../s3/shared/bucket/bucket-row.ts'
import { setQuota } from '../../s3/shared/quotas/set-quota.ts'
import type { S3Service } from '../../s3/shared/service/service.ts'
import { bringSettings, EARLY_SETTINGS, LATE_SETTINGS } from '../bring-settings.ts'
import { createAsThere, whyNotInto } from '../new-bucket.ts'
import type { ArchivedBucket } from './bucket-archive.ts'

export interface SettingsImport {
  readonly service: S3Service
  /** Owns the buckets that are made. */
  readonly owner: Account
  readonly buckets: readonly ArchivedBucket[]
  /** Told what is not here as it is there. */
  readonly tell: (what: string, problem: string) => void
}

export interface SettingsBrought {
  /** How many buckets have the settings of the archive, and how many of them were made for that. */
  readonly buckets: number
  readonly made: number
}

/** Gives buckets the settings that they have in the archive, and makes those that are not there. Done again it changes nothing. */
export async function bringBucketSettings(given: SettingsImport): Promise<SettingsBrought> {
  const brought = { buckets: 0, made: 0 }
  for (const bucket of given.buckets) {
    const isNew = await bringBucket(given, bucket)
    if (isNew === undefined) continue
    brought.buckets++
    if (isNew) brought.made++
  }
  return brought
}

/** Whether the bucket was made; `undefined` where it cannot be here. */
async function bringBucket(
  { service, owner, tell }: SettingsImport,
  { name, settingOf, quotaBytes, isReplicated }: ArchivedBucket,
): Promise<boolean | undefined> {
  const what = `bucket ${name}`
  const job = { service, owner, from: name, to: name, settingOf, canonicalIdOf: () => undefined }
  const problem = await whyNotInto(job)
  if (problem !== undefined) {
    tell(what, problem)
    return undefined
  }
  const isNew = (await findBucket(service.stores, name)) === undefined
  if (isNew) await createAsThere(job)
  for (const each of await bringSettings(job, [...EARLY_SETTINGS, ...LATE_SETTINGS], { isNew }))
    tell(what, each)
  if (quotaBytes !== undefined && !Number.isSafeInteger(quotaBytes))
    tell(what, `quota: no quota here is that large (${quotaBytes} bytes)`)
  else if (quotaBytes !== undefined)
    await setQuota(service.stores.metadata, { bucket: name }, { maximumBytes: quotaBytes })
  if (isReplicated) tell(what, 'replication: it names roles and buckets of the source')
  return isNew
}
