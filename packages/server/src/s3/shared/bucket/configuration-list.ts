import type { BucketDocumentName, BucketRow } from '../../../metadata/tables/rows.ts'
import { bucketDocuments, buckets } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { decodeContinuationToken, encodeContinuationToken } from '../pages/continuation-token.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import type { AccessService } from '../service/service.ts'
import { readParsed } from './bucket-documents.ts'
import { bucketForWrite } from './bucket-row.ts'

/** The configurations of one kind that a bucket has, each under an id of its own: intelligent tiering, metrics. */
export interface ConfigurationList<Configuration extends { readonly Id: string }> {
  readonly name: BucketDocumentName
  /** Names the type alone. */
  readonly configuration?: Configuration
}

/** Source: S3 User Guide, "Managing S3 Intelligent-Tiering", "CloudWatch metrics configurations": 1,000 a bucket. */
const MOST_CONFIGURATIONS = 1000

/** Source: S3 API Reference, ListBucketMetricsConfigurations and its like: a page has 100 at the most. */
const PAGE = 100

/** The configurations of a bucket, by their ids in order. */
export async function readConfigurations<Configuration extends { readonly Id: string }>(
  service: Pick<AccessService, 'stores' | 'documents'>,
  bucket: BucketRow,
  { name }: ConfigurationList<Configuration>,
): Promise<readonly Configuration[]> {
  return (await readParsed(service, bucket, name, (text) => JSON.parse(text) as Configuration[])) ?? []
}

/** Throws NoSuchConfiguration where the request's bucket has none of that id. */
export async function readConfiguration<Configuration extends { readonly Id: string }>(
  context: OperationContext,
  list: ConfigurationList<Configuration>,
  id: string,
): Promise<Configuration> {
  const all = await readConfigurations(context.service, bucketOf(context), list)
  const found = all.find(({ Id }) => Id === id)
  if (!found) throw new S3Error('NoSuchConfiguration')
  return found
}

/** One page of the configurations of the request's bucket, and what its answer says of the page. */
export async function pageOfConfigurations<Configuration extends { readonly Id: string }>(
  context: OperationContext,
  list: ConfigurationList<Configuration>,
  token: string | undefined,
) {
  const after = token === undefined ? '' : decodeContinuationToken(token)
  const all = await readConfigurations(context.service, bucketOf(context), list)
  const rest = all.filter(({ Id }) => Id > after)
  const configurations = rest.slice(0, PAGE)
  const last = configurations.at(-1)
  const isTruncated = rest.length > configurations.length
  const page = {
    IsTruncated: isTruncated,
    ...(token !== undefined && { ContinuationToken: token }),
    ...(isTruncated && last && { NextContinuationToken: encodeContinuationToken(last.Id) }),
  }
  return { configurations, page }
}

/** Puts a configuration in place of the one of its id, or with `undefined` deletes that; in one commit. */
export async function changeConfiguration<Configuration extends { readonly Id: string }>(
  context: OperationContext,
  bucketName: string,
  { name }: ConfigurationList<Configuration>,
  { id, configuration }: { id: string; configuration: Configuration | undefined },
): Promise<void> {
  const { service } = context
  await transact(service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, bucketName, bucketOf(context))
    const old = bucket.documents?.[name]
    const row = old === undefined ? undefined : await transaction.get(bucketDocuments, bucket.id, name, old)
    const after = changed(row ? (JSON.parse(row.text) as Configuration[]) : [], id, configuration)
    if (old !== undefined) transaction.remove(bucketDocuments, bucket.id, name, old)
    const documentId = after.length > 0 ? service.random.bytes(9).toString('base64url') : undefined
    if (documentId !== undefined)
      transaction.put(bucketDocuments, [bucket.id, name, documentId], { text: JSON.stringify(after) })
    const documents = { ...bucket.documents, [name]: documentId }
    transaction.put(buckets, [bucketName], { ...bucket, deleting: undefined, documents })
  })
}

function changed<Configuration extends { readonly Id: string }>(
  before: readonly Configuration[],
  id: string,
  configuration: Configuration | undefined,
): readonly Configuration[] {
  const others = before.filter(({ Id }) => Id !== id)
  if (!configuration && others.length === before.length) throw new S3Error('NoSuchConfiguration')
  const after = configuration ? [...others, configuration].toSorted(byId) : others
  if (after.length > MOST_CONFIGURATIONS) throw new S3Error('TooManyConfigurations')
  return after
}

function byId(one: { readonly Id: string }, other: { readonly Id: string }): number {
  return one.Id < other.Id ? -1 : 1
}

/** Throws InvalidArgument for an id that is none, or another one than that of the request. */
export function checkConfigurationId(id: string, asked: string): void {
  if (id !== asked) throw invalid('The Id of the configuration is another than that of the request')
  if (!/^[\w.-]{1,64}$/.test(id)) throw invalid('The configuration Id is not valid')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
