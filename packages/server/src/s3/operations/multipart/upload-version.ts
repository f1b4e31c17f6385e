import type { BucketRow, UploadRow } from '../../../metadata/tables/rows.ts'

/** The id of the version that an upload will make, as answers about it tell. Source: S3 API Reference, CreateMultipartUpload: "if bucket versioning is enabled". */
export function uploadVersion(
  bucket: BucketRow,
  { versionId }: Pick<UploadRow, 'versionId'>,
): { VersionId?: string } {
  return bucket.versioning === 'Enabled' && versionId !== undefined ? { VersionId: versionId } : {}
}
