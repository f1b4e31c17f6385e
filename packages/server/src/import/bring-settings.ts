import { BUCKET_SETTINGS, type BucketSettingName } from '../config/bucket-settings.ts'
import { S3Error } from '../model/s3-error.ts'
import { decodeInput } from '../protocol/decode.ts'
import { readXml } from '../protocol/xml-reader.ts'
import { renameInPolicy } from '../s3/shared/bucket/rename-in-policy.ts'
import { canonicalIdOfAccount } from '../s3/shared/grants/canonical-ids.ts'
import { shownGrantee } from '../s3/shared/grants/grant-elements.ts'
import { perform } from '../set-up/perform.ts'
import { putSetting } from '../set-up/set-up-buckets.ts'
import { broughtAcl } from './bring-acl.ts'
import type { ImportJob } from './import-target.ts'
import { takenBucketPolicy } from './minio/minio-policy.ts'
import type { S3Source } from './s3-source.ts'

/** A bucket of which the settings are brought. */
export type SettingsJob = Pick<ImportJob, 'service' | 'owner' | 'from' | 'to' | 'canonicalIdOf' | 'settingOf'>

/** What a setting is called in the query that asks for it. */
const SUBRESOURCES: Readonly<Record<BucketSettingName, string>> = {
  ownership: 'ownershipControls',
  publicAccessBlock: 'publicAccessBlock',
  versioning: 'versioning',
  objectLock: 'object-lock',
  encryption: 'encryption',
  lifecycle: 'lifecycle',
  cors: 'cors',
  tagging: 'tagging',
  website: 'website',
  notification: 'notification',
  requestPayment: 'requestPayment',
  policy: 'policy',
  acl: 'acl',
  logging: 'logging',
}

/** What has to be there before objects come: it says how they are kept. */
export const EARLY_SETTINGS = [
  'ownership',
  'publicAccessBlock',
  'versioning',
  'objectLock',
  'encryption',
] as const
/** What acts on objects and on who reads them: rules begin to run once all has come. */
export const LATE_SETTINGS = [
  'acl',
  'policy',
  'cors',
  'tagging',
  'website',
  'requestPayment',
  'logging',
  'notification',
  'lifecycle',
] as const

/** The settings of a bucket as the source answers them. */
export function settingsAt(source: S3Source, bucket: string): ImportJob['settingOf'] {
  return async (name) => {
    const found = await source.setting({ bucket, query: { [SUBRESOURCES[name]]: '' } })
    if (name !== 'policy' || found.kind !== 'text' || !source.isMinio) return found
    return { kind: 'text', text: takenBucketPolicy(found.text) }
  }
}

/** Puts settings as the source has them, one after the other; says why where that cannot be. */
export async function bringSettings(
  job: SettingsJob,
  names: readonly BucketSettingName[],
  options: { readonly isNew: boolean },
): Promise<string[]> {
  const problems: string[] = []
  for (const name of names) problems.push(...(await bringSetting(job, name, options)))
  return problems
}

async function bringSetting(
  job: SettingsJob,
  name: BucketSettingName,
  { isNew }: { readonly isNew: boolean },
): Promise<string[]> {
  const found = await job.settingOf(name)
  try {
    if (found.kind === 'refused') return [`${name}: the source does not let it be read (${found.code})`]
    if (found.kind !== 'text') {
      if (isNew) await takeAway(job, name, found.kind)
      return []
    }
    const { value, problems } = valueOf(job, name, found.text)
    if (value !== undefined) await putSetting(job.service, job.owner, job.to, name, value)
    return problems.map((problem) => `${name}: ${problem}`)
  } catch (error) {
    if (!(error instanceof S3Error) || error.status >= 500) throw error
    return [`${name}: it was not taken here (${error.code}: ${error.message})`]
  }
}

/**
 * What new buckets have here, and those of the source may be without. Where nobody knows a block of public access, as in MinIO,
 * nothing is blocked; where nobody knows ownership, there are no ACLs either, as in new buckets here.
 */
async function takeAway(
  { service, owner, to: Bucket }: SettingsJob,
  name: BucketSettingName,
  found: 'none' | 'unknown',
): Promise<void> {
  if (name === 'publicAccessBlock') await perform(service, owner, 'DeletePublicAccessBlock', { Bucket })
  if (name === 'ownership' && found === 'none')
    await perform(service, owner, 'DeleteBucketOwnershipControls', { Bucket })
}

interface BroughtValue {
  /** Absent: nothing is to be put. */
  readonly value?: unknown
  readonly problems: readonly string[]
}

function valueOf(job: SettingsJob, name: BucketSettingName, text: Buffer): BroughtValue {
  if (name === 'policy') return { value: renameInPolicy(text.toString('utf8'), job), problems: [] }
  if (name === 'acl') return aclOf(job, text)
  const { put, member } = BUCKET_SETTINGS[name]
  const head = { method: 'PUT', path: '/', query: '', headers: {} }
  const input = decodeInput(put, { operation: put, bucket: job.to, query: new Map() }, head, text)
  const value = new Map<string, unknown>(Object.entries(input)).get(member)
  if (name === 'versioning') return versioningOf(value)
  return isEmpty(value) ? { problems: [] } : { value, problems: [] }
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function versioningOf(value: unknown): BroughtValue {
  const { Status, MFADelete } = value as { readonly Status?: string; readonly MFADelete?: string }
  const problems =
    MFADelete === 'Enabled'
      ? ['MFA delete is on at the source: only its devices can turn it on, here too']
      : []
  return Status === undefined ? { problems } : { value: { Status }, problems }
}

function aclOf({ service, owner, canonicalIdOf }: SettingsJob, text: Buffer): BroughtValue {
  const ownerId = canonicalIdOfAccount(service.accounts, owner.id)
  const document = readXml(text)
  // Some servers know no such setting, and answer what they would without being asked for it.
  if (document.name !== 'AccessControlPolicy') return { problems: ['the source answers another document'] }
  const { acl, unknown } = broughtAcl(document, ownerId, canonicalIdOf)
  const problems = unknown.map((grant) => `nobody here is who has ${grant}`)
  const [first, ...others] = acl.grants
  const isPrivate = others.length === 0 && first?.permission === 'FULL_CONTROL'
  if (isPrivate && first.grantee.kind === 'canonical-user' && first.grantee.id === ownerId)
    return { problems }
  const Grants = acl.grants.map(({ grantee, permission }) => ({
    Grantee: shownGrantee(service.accounts, grantee),
    Permission: permission,
  }))
  return { value: { Owner: { ID: ownerId }, Grants }, problems }
}
