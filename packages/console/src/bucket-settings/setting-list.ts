import { accessPointTexts } from '../texts/access-points.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { usageTexts } from '../texts/usage.ts'
import { abac, cors, ownership, payment, publicAccess, tags, website } from './settings/access.ts'
import { directoryEncryption, directoryLifecycle, directoryMetrics } from './settings/directory.ts'
import { encryption, lifecycle, lock, tiering, versioning } from './settings/keeping.ts'
import {
  acceleration,
  analytics,
  inventory,
  logging,
  metrics,
  notifications,
  replication,
} from './settings/telling.ts'
import type { BucketKind } from '../api/bucket-kind.ts'
import type { Setting } from './shape.ts'

export type ShownSetting = Setting | Pick<Setting, 'name' | 'title'>

/** Shown by views of their own. */
const POLICY = { name: 'policy', title: settingTexts.policy }
const USAGE = { name: 'usage', title: usageTexts.title }
const ACCESS_POINTS = { name: 'access-points', title: accessPointTexts.title }
/** Not a document of the bucket, but those that S3 Control has of any resource. */
const RESOURCE_TAGS = { name: 'resource-tags', title: tags.title }
const ACL = { name: 'acl', title: settingTexts.acl }

/**
 * Every document of a bucket that the server keeps, in the order in which they are shown. What a form does not ask for stays as
 * the document has it.
 */
const GENERAL_SETTINGS: readonly ShownSetting[] = [
  versioning,
  lifecycle,
  tiering,
  encryption,
  publicAccess,
  POLICY,
  ACL,
  ACCESS_POINTS,
  ownership,
  abac,
  lock,
  cors,
  website,
  notifications,
  logging,
  replication,
  metrics,
  inventory,
  analytics,
  tags,
  payment,
  acceleration,
  USAGE,
]

const DIRECTORY_SETTINGS: readonly ShownSetting[] = [
  directoryLifecycle,
  directoryEncryption,
  POLICY,
  directoryMetrics,
  RESOURCE_TAGS,
  USAGE,
]

/** All that the buckets of a kind have. */
export const SETTINGS: Readonly<Record<BucketKind['name'], readonly ShownSetting[]>> = {
  general: GENERAL_SETTINGS,
  directory: DIRECTORY_SETTINGS,
}
