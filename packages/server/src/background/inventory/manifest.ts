import { s3Arn } from '../../access/access-rule.ts'
import type { ReportFileRow } from '../../metadata/tables/inventory-tables.ts'

export interface Manifest {
  readonly sourceBucket: string
  readonly destinationBucket: string
  readonly startedMilliseconds: number
  readonly format: 'CSV' | 'Parquet'
  readonly schema: string
  readonly files: readonly ReportFileRow[]
}

/** Of the form of the documents. Source: S3 User Guide, "Locating your inventory list", "Inventory manifest". */
const FORM = '2016-11-30'

export function manifestText(manifest: Manifest): string {
  const { sourceBucket, destinationBucket, startedMilliseconds, format, schema, files } = manifest
  const told = {
    sourceBucket,
    destinationBucket: s3Arn(destinationBucket),
    version: FORM,
    creationTimestamp: String(startedMilliseconds),
    fileFormat: format,
    fileSchema: schema,
    files: files.map(({ key, sizeBytes, md5 }) => ({ key, size: sizeBytes, MD5checksum: md5 })),
  }
  return JSON.stringify(told, undefined, 2)
}

/** What Hive reads in place of a folder: where the files are, a line each. */
export function symlinkText({ destinationBucket, files }: Manifest): string {
  return files.map(({ key }) => `s3://${destinationBucket}/${key}\n`).join('')
}
