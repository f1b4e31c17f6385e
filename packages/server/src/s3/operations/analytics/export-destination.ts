import { asFolder } from '../../../model/as-folder.ts'
import type { AnalyticsConfiguration } from '../../../model/types.gen.ts'
import type { ReportDestination } from '../../shared/bucket/report-destination.ts'

/** Where the analysis of a configuration is exported to; nowhere where it does not ask for it. */
export function exportDestination({
  StorageClassAnalysis,
}: AnalyticsConfiguration): ReportDestination | undefined {
  const { Bucket, BucketAccountId } = StorageClassAnalysis.DataExport?.Destination.S3BucketDestination ?? {}
  return Bucket === undefined ? undefined : { Bucket, AccountId: BucketAccountId }
}

/**
 * The key of the file that the analysis is exported to, the same every day. AWS documents that the prefix comes first and
 * nothing more; behind it an inventory of the same id would have its folder.
 */
export function exportKey(bucketName: string, { Id, StorageClassAnalysis }: AnalyticsConfiguration): string {
  const { Prefix: prefix } = StorageClassAnalysis.DataExport?.Destination.S3BucketDestination ?? {}
  return `${asFolder(prefix)}${bucketName}/${Id}.csv`
}
