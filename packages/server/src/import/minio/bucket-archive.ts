import type { BucketSettingName } from '../../config/bucket-settings.ts'
import { readJson } from '../../base/read-json.ts'
import type { Setting } from '../s3-source.ts'
import { archiveFiles } from './archive-files.ts'
import { takenBucketPolicy } from './minio-policy.ts'

/** What the files are called of which a bucket may have one, each with the document that S3's API answers for the setting. */
const FILES: Partial<Readonly<Record<BucketSettingName, string>>> = {
  versioning: 'versioning.xml',
  objectLock: 'object-lock.xml',
  encryption: 'bucket-encryption.xml',
  lifecycle: 'lifecycle.xml',
  cors: 'cors.xml',
  tagging: 'tagging.xml',
  notification: 'notification.xml',
  policy: 'policy.json',
}
const QUOTA = 'quota.json'
const REPLICATION = 'replication.xml'
const NAMES = new Set([...Object.values(FILES), QUOTA, REPLICATION, 'bucket-targets.json'])
const MOST_QUOTA_BYTES = 64 * 1024

/** The settings of a bucket in the archive. */
export interface ArchivedBucket {
  readonly name: string
  /** MinIO knows neither ownership nor blocks of public access, nor ACLs, websites, logging and request payment. */
  readonly settingOf: (name: BucketSettingName) => Promise<Setting>
  /** Of all that the bucket holds; `undefined`: as much as there is room. */
  readonly quotaBytes: number | undefined
  readonly isReplicated: boolean
}

/** Reads what `mc admin cluster bucket export` made. Throws an error in words for what is none. */
export function readBucketArchive(bytes: Uint8Array): ArchivedBucket[] {
  const buckets = new Map<string, Map<string, Uint8Array>>()
  for (const [path, content] of Object.entries(archiveFiles(bytes, isOfBucket))) {
    const [bucket = '', file = ''] = path.split('/')
    buckets.set(bucket, (buckets.get(bucket) ?? new Map<string, Uint8Array>()).set(file, content))
  }
  if (buckets.size === 0)
    throw new Error('The archive has no bucket in it: it is not one of `mc admin cluster bucket export`.')
  return [...buckets].map(([name, files]) => archivedBucket(name, files))
}

/** `photos/policy.json` */
function isOfBucket(path: string): boolean {
  const [bucket = '', file = '', ...more] = path.split('/')
  return bucket !== '' && more.length === 0 && NAMES.has(file)
}

function archivedBucket(name: string, files: ReadonlyMap<string, Uint8Array>): ArchivedBucket {
  return {
    name,
    async settingOf(setting) {
      const file = FILES[setting]
      if (file === undefined) return { kind: 'unknown' }
      const content = withoutOwnTimes(files.get(file))
      if (content === '') return { kind: 'none' }
      const text = Buffer.from(content)
      return { kind: 'text', text: setting === 'policy' ? takenBucketPolicy(text) : text }
    },
    quotaBytes: quotaOf(name, files.get(QUOTA)),
    isReplicated: /<Rule>/.test(Buffer.from(files.get(REPLICATION) ?? []).toString('utf8')),
  }
}

/** When its lifecycle last changed is MinIO's alone: it leaves that out where S3's API asks. */
function withoutOwnTimes(file: Uint8Array = new Uint8Array()): string {
  const text = Buffer.from(file).toString('utf8')
  return text.replace(/<ExpiryUpdatedAt>[^<]*<\/ExpiryUpdatedAt>/, '')
}

/** Older servers write `quota`, newer ones `size`; 0 stands for none. */
function quotaOf(bucket: string, file: Uint8Array | undefined): number | undefined {
  if (!file || file.length === 0) return undefined
  const document = readJson(file, { mostLength: MOST_QUOTA_BYTES })
  if (typeof document !== 'object' || document === null)
    throw new Error(`The archive is not as MinIO makes it: ${bucket}/${QUOTA} is no object.`)
  const { quota, size } = document as { readonly quota?: unknown; readonly size?: unknown }
  return [size, quota].find((bytes): bytes is number => typeof bytes === 'number' && bytes > 0)
}
