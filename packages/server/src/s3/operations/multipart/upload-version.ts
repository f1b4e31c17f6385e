import type { BucketRow, UploadRow } from '../../../metadata/tables/rows.ts'

type Begun = Pick<UploadRow, 'versionId'>

/** The id of the version that an upload will make, as answers about it tell. Source: S3 API Reference, CreateMultipartUpload: "if bucket versioning is enabled". */
export function uploadVersion({ versionId }: Begun): { VersionId?: string } {
  return versionId === undefined ? {} : { VersionId: versionId }
}

/**
 * The bucket as an upload has it that was begun with versioning, which may be suspended by now. Source: S3 API Reference,
 * CreateMultipartUpload: S3 "records the bucket configuration in place at that time and uses it for the rest of the upload". One
 * that was begun before versioning was enabled makes a version all the same: a null version would take the place of one that
 * versioning is to keep.
 */
export function bucketAsBegun(bucket: BucketRow, { versionId }: Begun): BucketRow {
  return versionId === undefined ? bucket : { ...bucket, versioning: 'Enabled' }
}
