import { directoryBucketName } from './bucket-kind.ts'
import { bucketDocument, getDocument } from './documents.ts'
import { type Pair, tagsXml } from './pairs.ts'
import { send, sendXml } from './send.ts'
import { parseXml, S3_NAMESPACE, xmlChild, xmlChildren, xmlEscape, xmlText } from './xml.ts'

export interface BucketSummary {
  readonly name: string
  readonly created: Date
}

/** All general purpose buckets of the account, by name. */
export function listBuckets(signal?: AbortSignal): Promise<BucketSummary[]> {
  return listed('max-buckets', signal)
}

/** The same of its directory buckets, which take a permission of their own to list. */
export function listDirectoryBuckets(signal?: AbortSignal): Promise<BucketSummary[]> {
  return listed('max-directory-buckets', signal)
}

/** The names of all buckets that one may list; rejects where that is none of both kinds. */
export async function bucketNames(): Promise<string[]> {
  const lists = await Promise.allSettled([listBuckets(), listDirectoryBuckets()])
  const found = lists.filter((list) => list.status === 'fulfilled')
  const refused = lists.find((list) => list.status === 'rejected')
  if (found.length === 0) throw refused?.reason
  return found.flatMap(({ value }) => value.map(({ name }) => name))
}

async function listed(most: string, signal: AbortSignal | undefined): Promise<BucketSummary[]> {
  const buckets: BucketSummary[] = []
  let token: string | undefined
  do {
    const query = { [most]: '1000', ...(token !== undefined && { 'continuation-token': token }) }
    const root = parseXml(await (await send({ method: 'GET', path: '/', query, signal })).text())
    const list = xmlChild(root, 'Buckets')
    for (const entry of list ? xmlChildren(list, 'Bucket') : []) {
      buckets.push({
        name: xmlText(entry, 'Name') ?? '',
        created: new Date(xmlText(entry, 'CreationDate') ?? ''),
      })
    }
    token = xmlText(root, 'ContinuationToken')
  } while (token !== undefined)
  return buckets
}

export interface NewBucket {
  readonly name: string
  readonly versioned: boolean
  readonly locked: boolean
  readonly ownership: Ownership
  readonly encryption: Encryption
  /** An id, ARN or alias; empty for the one that is made for S3. */
  readonly kmsKey: string
  readonly bucketKey: boolean
  readonly tags: readonly Pair[]
}

export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'
export type Encryption = 'AES256' | 'aws:kms'

/** It is as it was asked for from the first object on, or it is not there. */
export async function createBucket(bucket: NewBucket): Promise<void> {
  const { name, versioned, locked, ownership, encryption, tags } = bucket
  const path = `/${name}`
  const headers = {
    'x-amz-object-ownership': ownership,
    ...(locked && { 'x-amz-bucket-object-lock-enabled': 'true' }),
  }
  const create = { method: 'PUT', path, headers } as const
  await (tags.length === 0 ? send(create) : sendXml({ ...create, body: configurationOf('', tags) }))
  await orDeleted(name, async () => {
    // Object Lock brings versions with it.
    if (versioned && !locked)
      await sendXml({ method: 'PUT', path, query: { versioning: '' }, body: VERSIONING })
    if (encryption !== 'AES256')
      await sendXml({ method: 'PUT', path, query: { encryption: '' }, body: encryptionOf(bucket) })
  })
}

export interface NewDirectoryBucket extends Pick<NewBucket, 'encryption' | 'kmsKey' | 'tags'> {
  readonly baseName: string
  readonly zone: string
}

/** The same of a directory bucket. */
export async function createDirectoryBucket(bucket: NewDirectoryBucket): Promise<void> {
  const { baseName, zone, encryption, kmsKey, tags } = bucket
  const name = directoryBucketName(baseName, zone)
  const path = `/${name}`
  const location = `<Location><Type>AvailabilityZone</Type><Name>${xmlEscape(zone)}</Name></Location>`
  await sendXml({ method: 'PUT', path, body: configurationOf(`${location}${DIRECTORY}`, tags) })
  if (encryption === 'AES256') return
  const body = encryptionOf({ encryption, kmsKey, bucketKey: true })
  await orDeleted(name, () => sendXml({ method: 'PUT', path, query: { encryption: '' }, body }))
}

const DIRECTORY =
  '<Bucket><DataRedundancy>SingleAvailabilityZone</DataRedundancy><Type>Directory</Type></Bucket>'

/** A new bucket that does not become what was asked for is not left behind. */
async function orDeleted(name: string, set: () => Promise<unknown>): Promise<void> {
  try {
    await set()
  } catch (error) {
    await deleteBucket(name).catch(() => undefined)
    throw error
  }
}

const VERSIONING = `<VersioningConfiguration xmlns="${S3_NAMESPACE}"><Status>Enabled</Status></VersioningConfiguration>`

function configurationOf(members: string, tags: readonly Pair[]): string {
  const list = tags.length === 0 ? '' : `<Tags>${tagsXml(tags)}</Tags>`
  return `<CreateBucketConfiguration xmlns="${S3_NAMESPACE}">${members}${list}</CreateBucketConfiguration>`
}

function encryptionOf({
  encryption,
  kmsKey,
  bucketKey,
}: Pick<NewBucket, 'encryption' | 'kmsKey' | 'bucketKey'>): string {
  const key = kmsKey === '' ? '' : `<KMSMasterKeyID>${xmlEscape(kmsKey)}</KMSMasterKeyID>`
  return (
    `<ServerSideEncryptionConfiguration xmlns="${S3_NAMESPACE}"><Rule><ApplyServerSideEncryptionByDefault>` +
    `<SSEAlgorithm>${encryption}</SSEAlgorithm>${key}</ApplyServerSideEncryptionByDefault>` +
    `<BucketKeyEnabled>${bucketKey}</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`
  )
}

/** Whether the ACLs of a bucket and of its objects count for nothing: its owner owns all of them. */
export async function hasNoAcls(bucket: string, signal?: AbortSignal): Promise<boolean> {
  const document = await getDocument(bucketDocument(bucket, 'ownershipControls'), signal)
  const rule = document === '' ? undefined : xmlChild(parseXml(document), 'Rule')
  return rule !== undefined && xmlText(rule, 'ObjectOwnership') === 'BucketOwnerEnforced'
}

/** S3 refuses it while there is anything in it. */
export async function deleteBucket(name: string): Promise<void> {
  await send({ method: 'DELETE', path: `/${name}` })
}
