import { canonicalIdOfAccount } from '../s3/shared/grants/canonical-ids.ts'
import type { PeriodRow, RetentionRow } from '../metadata/tables/object-lock-rows.ts'
import type { ObjectTraits, TagsRow } from '../metadata/tables/rows.ts'
import { decodeInput } from '../protocol/decode.ts'
import { readXml } from '../protocol/xml-reader.ts'
import { describe } from '../s3/shared/object/describe.ts'
import { periodEnd } from '../s3/shared/object/retained-until.ts'
import { broughtAcl, broughtAclRow } from './bring-acl.ts'
import type { ImportJob } from './import-target.ts'
import type { SourceVersion } from './source-listing.ts'
import { childOf, childrenOf, textOf } from './xml-elements.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** All that the source says of an object besides its bytes and how they are sealed. */
export async function traitsOf(
  job: ImportJob,
  version: SourceVersion,
  headers: Headers,
): Promise<Omit<ObjectTraits, 'encryption'>> {
  const route = { operation: 'PutObject', bucket: job.to, key: version.key, query: new Map() } as const
  // What an upload says in its headers, an answer says in the same ones.
  const head = { method: 'PUT', path: '/', query: '', headers: withoutDigests(headers) }
  const input = decodeInput('PutObject', route, head, undefined)
  const storageClass = headers['x-amz-storage-class'] ?? version.storageClass
  return {
    ...describe(
      { ...input, StorageClass: undefined, Metadata: undefined, WebsiteRedirectLocation: undefined },
      [],
    ),
    // As they are, though the source may have taken more of it than S3 does.
    ...(input.Metadata && Object.keys(input.Metadata).length > 0 && { metadata: input.Metadata }),
    websiteRedirectLocation: input.WebsiteRedirectLocation,
    storageClass: storageClassOf(job, version, storageClass),
    ownerAccountId: job.owner.id,
    ...lockOf(job, version, input),
    tags: await tagsOf(job, version, headers),
    acl: await aclOf(job, version),
  }
}

/** They are of the answer's bytes, and are not always of those of the object. */
function withoutDigests(headers: Headers): Headers {
  const entries = Object.entries(headers).filter(
    ([name]) => !/^x-amz-checksum-|^content-(?:md5|length)$/.test(name),
  )
  return Object.fromEntries(entries)
}

function storageClassOf(job: ImportJob, version: SourceVersion, name: string): string | undefined {
  try {
    const input = { StorageClass: name as 'STANDARD' }
    return describe(input, job.service.settings.storageClasses).storageClass
  } catch {
    job.tell(version, `its storage class ${name} is not one of this server's: it is STANDARD here`)
    return undefined
  }
}

interface LockInput {
  readonly ObjectLockMode?: 'GOVERNANCE' | 'COMPLIANCE' | undefined
  readonly ObjectLockRetainUntilDate?: Date | undefined
  readonly ObjectLockLegalHoldStatus?: 'ON' | 'OFF' | undefined
  readonly ObjectLockEventHold?: 'ON' | 'OFF' | undefined
  readonly ObjectLockEventHoldDurationDays?: number | undefined
  readonly ObjectLockEventHoldDurationYears?: number | undefined
}

function lockOf(
  job: ImportJob,
  version: SourceVersion,
  input: LockInput,
): Pick<ObjectTraits, 'retention' | 'legalHold'> {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold } = input
  if (mode === undefined && hold === undefined) return {}
  if (!job.bucket.objectLock) {
    job.tell(version, 'it is locked at the source, and the bucket here has no object lock')
    return {}
  }
  return {
    ...(mode !== undefined &&
      until && { retention: { mode, ...keptUntil(until, input, job.service.clock.now()) } }),
    ...(hold !== undefined && { legalHold: hold === 'ON' }),
  }
}

/** As clocks differ. */
const SLACK_MILLISECONDS = 15 * 60 * 1000

/** Under an event hold the source tells when it would be over if it were released now, unless a later date was said. */
function keptUntil(until: Date, input: LockInput, now: Date): Omit<RetentionRow, 'mode'> {
  const { ObjectLockEventHold: hold } = input
  const period = hold === 'ON' ? periodOf(input) : undefined
  const untilMilliseconds = until.getTime()
  if (!period) return { untilMilliseconds, ...(hold === 'OFF' && { eventHold: hold }) }
  const isSaid = untilMilliseconds > periodEnd(period, now) + SLACK_MILLISECONDS
  return { untilMilliseconds: isSaid ? untilMilliseconds : 0, eventHold: period }
}

function periodOf(input: LockInput): PeriodRow | undefined {
  const { ObjectLockEventHoldDurationDays: days, ObjectLockEventHoldDurationYears: years } = input
  if (days !== undefined) return { days }
  return years === undefined ? undefined : { years }
}

async function tagsOf(
  job: ImportJob,
  { key, versionId }: SourceVersion,
  headers: Headers,
): Promise<TagsRow | undefined> {
  if (!Number(headers['x-amz-tagging-count'] ?? 0)) return undefined
  const document = await job.source.document({ bucket: job.from, key, query: { tagging: '', versionId } })
  const set = childOf(document, 'TagSet')
  const tags = (set ? childrenOf(set, 'Tag') : []).map(
    (tag) => [textOf(tag, 'Key') ?? '', textOf(tag, 'Value') ?? ''] as const,
  )
  return tags.length > 0 ? tags : undefined
}

async function aclOf(job: ImportJob, version: SourceVersion): Promise<ObjectTraits['acl']> {
  if (!job.hasAcls) return undefined
  const { key, versionId } = version
  const found = await job.source.setting({ bucket: job.from, key, query: { acl: '', versionId } })
  if (found.kind === 'refused') throw new Error(`the source does not let its ACL be read (${found.code})`)
  // Where nobody knows ACLs, objects have none.
  if (found.kind !== 'text') return undefined
  const document = readXml(found.text)
  const owner = canonicalIdOfAccount(job.service.accounts, job.owner.id)
  const acl = broughtAcl(document, owner, job.canonicalIdOf)
  if (acl.unknown.length > 0) job.tell(version, `its ACL names who is nobody here: ${acl.unknown.join(', ')}`)
  return broughtAclRow(acl)
}
