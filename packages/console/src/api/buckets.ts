import { send, sendXml } from './send.ts'
import { parseXml, S3_NAMESPACE, xmlChild, xmlChildren, xmlText } from './xml.ts'

export interface BucketSummary {
  readonly name: string
  readonly created: Date
}

/** All buckets of the account, by name. */
export async function listBuckets(signal?: AbortSignal): Promise<BucketSummary[]> {
  const buckets: BucketSummary[] = []
  let token: string | undefined
  do {
    const query = { 'max-buckets': '1000', ...(token !== undefined && { 'continuation-token': token }) }
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
  /** Whether access control lists count. */
  readonly acls: boolean
}

/** Versions are kept from the first object on, or the bucket is not there. */
export async function createBucket({ name, versioned, locked, acls }: NewBucket): Promise<void> {
  const headers = {
    ...(locked && { 'x-amz-bucket-object-lock-enabled': 'true' }),
    ...(acls && { 'x-amz-object-ownership': 'ObjectWriter' }),
  }
  await send({ method: 'PUT', path: `/${name}`, headers })
  // Object Lock brings versions with it.
  if (versioned && !locked) await keepVersions(name)
}

async function keepVersions(name: string): Promise<void> {
  const body = `<VersioningConfiguration xmlns="${S3_NAMESPACE}"><Status>Enabled</Status></VersioningConfiguration>`
  await sendXml({ method: 'PUT', path: `/${name}`, query: { versioning: '' }, body })
}

/** S3 refuses it while there is anything in it. */
export async function deleteBucket(name: string): Promise<void> {
  await send({ method: 'DELETE', path: `/${name}` })
}
