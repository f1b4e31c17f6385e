import type { BucketDocumentName, BucketRow } from '../../../metadata/tables/rows.ts'
import { bucketDocuments, buckets } from '../../../metadata/tables/tables.ts'
import { readRow, transact, type Transaction } from '../../../metadata/transaction.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { bucketForWrite } from './bucket-row.ts'
import { bucketOf, type OperationContext } from '../service/operation.ts'
import type { DocumentCache } from '../service/document-cache.ts'
import type { AccessService } from '../service/service.ts'

/** A document of a bucket as it was put; `undefined` where there is none. */
export async function readDocument(
  { stores }: Pick<AccessService, 'stores'>,
  { id: bucketId, documents }: BucketRow,
  name: BucketDocumentName,
): Promise<string | undefined> {
  const id = documents?.[name]
  if (id === undefined) return undefined
  const document = await readRow(stores.metadata, bucketDocuments, bucketId, name, id)
  // Replaced since the bucket's row was read: a client that tries again sees the new one.
  if (!document) throw new S3Error('SlowDown')
  return document.text
}

/** The same, parsed; each version of a document is parsed once. */
export function readParsed<T>(
  service: Pick<AccessService, 'stores' | 'documents'>,
  bucket: BucketRow,
  name: BucketDocumentName,
  parse: (text: string) => T,
): Promise<T | undefined> {
  return parsedOnce(service.documents, bucket.documents?.[name], parse, () =>
    readDocument(service, bucket, name),
  )
}

/** The same of a bucket that a transaction read. */
export function readParsedIn<T>(
  transaction: Transaction,
  parsed: DocumentCache,
  bucket: BucketRow,
  name: BucketDocumentName,
  parse: (text: string) => T,
): Promise<T | undefined> {
  const id = bucket.documents?.[name]
  // Where it was replaced since the bucket was read the commit fails, and all of this runs again.
  return parsedOnce(parsed, id, parse, async () =>
    id === undefined ? undefined : (await transaction.get(bucketDocuments, bucket.id, name, id))?.text,
  )
}

async function parsedOnce<T>(
  parsed: DocumentCache,
  id: string | undefined,
  parse: (text: string) => T,
  read: () => Promise<string | undefined>,
): Promise<T | undefined> {
  if (id === undefined) return undefined
  const cached = parsed.get(id)
  // Ids are unique among all documents, so that the cached value is what `parse` made.
  if (cached !== undefined) return cached as T
  const text = await read()
  if (text === undefined) return undefined
  const made = parse(text)
  parsed.set(id, made, text)
  return made
}

/** Puts a document, or with `undefined` deletes it, in one commit. `check` may refuse by throwing. */
export async function changeDocument(
  context: OperationContext,
  bucketName: string,
  name: BucketDocumentName,
  text: string | undefined,
  check: (bucket: BucketRow) => void = () => {},
): Promise<void> {
  const { service } = context
  await transact(service.stores.metadata, async (transaction) => {
    const bucket = await bucketForWrite(transaction, bucketName, bucketOf(context))
    check(bucket)
    const old = bucket.documents?.[name]
    const id = text === undefined ? undefined : service.random.bytes(9).toString('base64url')
    if (old === undefined && id === undefined) return
    if (old !== undefined) transaction.remove(bucketDocuments, bucket.id, name, old)
    if (id !== undefined && text !== undefined)
      transaction.put(bucketDocuments, [bucket.id, name, id], { text })
    const documents = { ...bucket.documents, [name]: id }
    transaction.put(buckets, [bucketName], { ...bucket, deleting: undefined, documents })
  })
}
