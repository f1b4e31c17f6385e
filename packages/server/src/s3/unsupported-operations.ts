/** Operations that answer 501 NotImplemented. Everything else in the model has to stand in `s3-operations.ts`. */
export const unsupported = [
  'CreateBucketMetadataConfiguration',
  'CreateBucketMetadataTableConfiguration',
  'CreateSession',
  'DeleteBucketAnalyticsConfiguration',
  'DeleteBucketMetadataConfiguration',
  'DeleteBucketMetadataTableConfiguration',
  'GetBucketAnalyticsConfiguration',
  'GetBucketMetadataConfiguration',
  'GetBucketMetadataTableConfiguration',
  'GetObjectTorrent',
  'ListBucketAnalyticsConfigurations',
  'ListDirectoryBuckets',
  'PutBucketAnalyticsConfiguration',
  'RenameObject',
  'SelectObjectContent',
  'UpdateBucketMetadataAnnotationTableConfiguration',
  'UpdateBucketMetadataInventoryTableConfiguration',
  'UpdateBucketMetadataJournalTableConfiguration',
  'WriteGetObjectResponse',
] as const

export type UnsupportedOperation = (typeof unsupported)[number]
