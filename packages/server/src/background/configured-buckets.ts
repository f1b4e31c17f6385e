import type { OrderedStore } from '../metadata/ordered-store.ts'
import { readRow } from '../metadata/transaction.ts'
import { buckets } from '../metadata/tables/tables.ts'
import { passOver, readableRows } from '../metadata/unreadable-rows.ts'
import { type ConfigurationList, readConfigurations } from '../s3/shared/bucket/configuration-list.ts'
import type { S3Service } from '../s3/shared/service/service.ts'
import type { ReportSource } from './inventory/report-writer.ts'

const BUCKETS_AT_ONCE = 100

/** The first bucket that has configurations of a kind, from a name on. */
export async function nextConfigured<Configuration extends { readonly Id: string }>(
  metadata: OrderedStore,
  { name }: ConfigurationList<Configuration>,
  from: string,
): Promise<ReportSource | undefined> {
  const range = { start: buckets.key(from), end: buckets.range().end }
  for await (const { parts, row } of readableRows(metadata, buckets, range, BUCKETS_AT_ONCE))
    if (row.documents?.[name] !== undefined) return { bucketName: parts[0], bucket: row }
  return undefined
}

/** Whether a bucket still is the same and has the configuration. What cannot be read may come back. */
export async function isConfigured<Configuration extends { readonly Id: string }>(
  service: S3Service,
  list: ConfigurationList<Configuration>,
  [bucketId, configurationId]: readonly [bucketId: string, configurationId: string],
  bucketName: string,
): Promise<boolean> {
  const { metadata } = service.stores
  try {
    const bucket = await readRow(metadata, buckets, bucketName)
    if (bucket?.id !== bucketId) return false
    const configurations = await readConfigurations(service, bucket, list)
    return configurations.some(({ Id }) => Id === configurationId)
  } catch (error) {
    passOver(metadata, error)
    return true
  }
}
