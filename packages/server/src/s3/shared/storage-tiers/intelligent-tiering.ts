import { bucketDocuments, buckets } from '../../../metadata/tables/tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { IntelligentTieringConfiguration } from '../../../model/types.gen.ts'
import { readParsed } from '../bucket/bucket-documents.ts'
import { bucketForWrite } from '../bucket/bucket-row.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import type { S3Service } from '../service/service.ts'

const NAME = 'intelligentTiering'

/** Source: S3 User Guide, "Managing S3 Intelligent-Tiering": 1,000 configurations a bucket. */
const MOST_CONFIGURATIONS = 1000

type Configurations = readonly IntelligentTieringConfiguration[]

/** The configurations of a bucket, by their ids in order. */
export async function readTiering(service: S3Service, bucket: BucketRow): Promise<Configurations> {
  return (await readParsed(service, bucket, NAME, (text) => JSON.parse(text) as Configurations)) ?? []
}

/** Puts a configuration in place of the one of its id, or with `undefined` deletes that; in one commit. */
export async function changeTiering(
  context: OperationContext,
  bucketName: string,
  id: string,
  configuration: IntelligentTieringConfiguration | undefined,
): Promise<void> {
  const { service } = context
  await transact(service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, bucketName, bucketOf(context))
    const old = bucket.documents?.[NAME]
    const row = old === undefined ? undefined : await transaction.get(bucketDocuments, bucket.id, NAME, old)
    const before = row ? (JSON.parse(row.text) as Configurations) : []
    const others = before.filter(({ Id }) => Id !== id)
    if (!configuration && others.length === before.length) throw new S3Error('NoSuchConfiguration')
    const after = configuration ? [...others, configuration].toSorted(byId) : others
    if (after.length > MOST_CONFIGURATIONS) throw new S3Error('TooManyConfigurations')
    if (old !== undefined) transaction.remove(bucketDocuments, bucket.id, NAME, old)
    const documentId = after.length > 0 ? service.random.bytes(9).toString('base64url') : undefined
    if (documentId !== undefined) {
      transaction.put(bucketDocuments, [bucket.id, NAME, documentId], { text: JSON.stringify(after) })
    }
    const documents = { ...bucket.documents, [NAME]: documentId }
    transaction.put(buckets, [bucketName], { ...bucket, deleting: undefined, documents })
  })
}

function byId(one: IntelligentTieringConfiguration, other: IntelligentTieringConfiguration): number {
  return one.Id < other.Id ? -1 : 1
}

/** Source: S3 API Reference, PutBucketIntelligentTieringConfiguration, Tiering. */
const MOST_DAYS = 730
const LEAST_DAYS = { ARCHIVE_ACCESS: 90, DEEP_ARCHIVE_ACCESS: 180 } as const

/** Throws MalformedXML or InvalidArgument for what S3 refuses. */
export function checkTiering(configuration: IntelligentTieringConfiguration, id: string): void {
  const { Id, Status, Tierings, Filter } = configuration
  if (Id !== id) throw invalid('The Id of the configuration is another than that of the request')
  if (!/^[\w.-]{1,64}$/.test(Id)) throw invalid('The configuration Id is not valid')
  if ((Status !== 'Enabled' && Status !== 'Disabled') || Tierings.length === 0)
    throw new S3Error('MalformedXML')
  if (new Set(Tierings.map(({ AccessTier }) => AccessTier)).size < Tierings.length) {
    throw new S3Error('MalformedXML')
  }
  for (const { AccessTier, Days } of Tierings) {
    if (AccessTier !== 'ARCHIVE_ACCESS' && AccessTier !== 'DEEP_ARCHIVE_ACCESS')
      throw new S3Error('MalformedXML')
    if (Days < LEAST_DAYS[AccessTier] || Days > MOST_DAYS) {
      throw invalid(`Days of ${AccessTier} must be between ${LEAST_DAYS[AccessTier]} and ${MOST_DAYS}`)
    }
  }
  if (!Filter) return
  const kinds = [Filter.Prefix, Filter.Tag, Filter.And].filter((kind) => kind !== undefined)
  if (kinds.length > 1) throw new S3Error('MalformedXML')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidArgument', {}, { message })
}
