import { assertValidBucketName } from '../model/bucket-name.ts'
import { findBucket } from '../s3/shared/bucket/bucket-row.ts'
import { createUnlessThere } from '../set-up/set-up-buckets.ts'
import type { SettingsJob } from './bring-settings.ts'

/** Why a bucket cannot come under that name; `undefined` where it can. */
export async function whyNotInto({
  service,
  owner,
  from,
  to,
}: Pick<SettingsJob, 'service' | 'owner' | 'from' | 'to'>): Promise<string | undefined> {
  const there = await findBucket(service.stores, to)
  if (there && there.ownerAccountId !== owner.id)
    return `NOT BROUGHT: the bucket here is of account ${there.ownerAccountId}: choose it with --account`
  if (there?.directory)
    return `NOT BROUGHT: ${to} is a directory bucket, into which nothing is imported: choose a name with --bucket ${from} --to NAME`
  try {
    if (!there) assertValidBucketName(to)
    return undefined
  } catch {
    return `NOT BROUGHT: no bucket can be called ${to} here: choose a name with --bucket ${from} --to NAME`
  }
}

/** Makes the bucket, with object lock where it has any at the source: it cannot be without it for a moment. */
export async function createAsThere({ service, owner, to, settingOf }: SettingsJob): Promise<void> {
  const lock = await settingOf('objectLock')
  const objectLock = lock.kind === 'text' ? { ObjectLockEnabled: 'Enabled' as const } : undefined
  await createUnlessThere(service, owner, { name: to, objectLock })
}
