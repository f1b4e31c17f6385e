/** Operations that answer 501 NotImplemented. Everything else in the model has to stand in `s3-operations.ts`. */
export const unsupported = [
  'CreateBucketMetadataConfiguration',
  'CreateBucketMetadataTableConfiguration',
  'CreateSession',
  'DeleteBucketAnalyticsConfiguration',
  'DeleteBucketInventoryConfiguration',
  'DeleteBucketMetadataConfiguration',
  'DeleteBucketMetadataTableConfiguration',
  'GetBucketAnalyticsConfiguration',
  'GetBucketInventoryConfiguration',
  'GetBucketMetadataConfiguration',
  'GetBucketMetadataTableConfiguration',
  'GetObjectTorrent',
  'ListBucketAnalyticsConfigurations',
  'ListBucketInventoryConfigurations',
  'ListDirectoryBuckets',
  'PutBucketAnalyticsConfiguration',
  'PutBucketInventoryConfiguration',
  'RenameObject',
  'SelectObjectContent',
  'UpdateBucketMetadataAnnotationTableConfiguration',
  'UpdateBucketMetadataInventoryTableConfiguration',
  'UpdateBucketMetadataJournalTableConfiguration',
  'WriteGetObjectResponse',
] as const

export type UnsupportedOperation = (typeof unsupported)[number]
