import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import type { WebsiteConfiguration } from '../../../model/types.gen.ts'
import { readParsed } from '../../shared/bucket/bucket-documents.ts'
import type { S3Service } from '../../shared/service/service.ts'

/** The configuration of a bucket as it was put; throws NoSuchWebsiteConfiguration where it has none. */
export async function readWebsite(
  service: S3Service,
  bucket: BucketRow,
  bucketName: string,
): Promise<WebsiteConfiguration> {
  const website = await readParsed(
    service,
    bucket,
    'website',
    (text) => JSON.parse(text) as WebsiteConfiguration,
  )
  if (website) return website
  throw new S3Error('NoSuchWebsiteConfiguration', { BucketName: bucketName })
}
