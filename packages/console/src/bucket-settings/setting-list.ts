import { accessPointTexts } from '../texts/access-points.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { usageTexts } from '../texts/usage.ts'
import { abac, cors, ownership, payment, publicAccess, tags, website } from './settings/access.ts'
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
import type { Setting } from './shape.ts'

/** Shown by views of their own. */
const POLICY = { name: 'policy', title: settingTexts.policy }
const USAGE = { name: 'usage', title: usageTexts.title }
const ACCESS_POINTS = { name: 'access-points', title: accessPointTexts.title }
const ACL = { name: 'acl', title: settingTexts.acl }

/**
 * Every document of a bucket that the server keeps, in the order in which they are shown. What a form does not ask for stays as
 * the document has it.
 */
export const ALL_SETTINGS: readonly (Setting | Pick<Setting, 'name' | 'title'>)[] = [
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
