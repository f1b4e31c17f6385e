/** Source: S3 User Guide, S3 Tables integration: the tables are Apache Iceberg tables of S3 Tables. */
const METADATA_TABLES =
  'its tables are in S3 Tables, a service of its own; an inventory in Parquet tells the same of every object'

/** Operations that answer 501 NotImplemented, and why. Everything else in the model has to stand in `s3-operations.ts`. */
export const unsupported = {
  CreateBucketMetadataConfiguration: METADATA_TABLES,
  CreateBucketMetadataTableConfiguration: METADATA_TABLES,
  DeleteBucketMetadataConfiguration: METADATA_TABLES,
  DeleteBucketMetadataTableConfiguration: METADATA_TABLES,
  GetBucketMetadataConfiguration: METADATA_TABLES,
  GetBucketMetadataTableConfiguration: METADATA_TABLES,
  GetObjectTorrent: 'S3 itself has given it up: since April 2022 no BitTorrent client connects to it',
  UpdateBucketMetadataAnnotationTableConfiguration: METADATA_TABLES,
  UpdateBucketMetadataInventoryTableConfiguration: METADATA_TABLES,
  UpdateBucketMetadataJournalTableConfiguration: METADATA_TABLES,
  WriteGetObjectResponse:
    'S3 Object Lambda answers with what functions of AWS Lambda make; AWS gives it to no new customers since November 2025',
} as const

export type UnsupportedOperation = keyof typeof unsupported
