import type { BucketRow } from '../../../metadata/tables/rows.ts'
import { S3Error } from '../../../model/s3-error.ts'
import { refusedHeader } from '../../../model/refused-header.ts'

interface AskedListing {
  readonly Prefix?: string | undefined
  readonly Delimiter?: string | undefined
  readonly StartAfter?: string | undefined
  readonly UploadIdMarker?: string | undefined
}

/**
 * Throws where a listing of a directory bucket asks for what there is not: a prefix within a name, another delimiter, a place to begin.
 * Source: S3 API Reference, ListObjectsV2 and ListMultipartUploads; the words of the first as S3 was seen to answer
 * (awslabs/aws-s3-transfer-manager-rs#112).
 */
export function assertDirectoryListing(
  { directory }: Pick<BucketRow, 'directory'>,
  { Prefix = '', Delimiter = '', StartAfter, UploadIdMarker }: AskedListing,
): void {
  if (!directory) return
  if (Prefix !== '' && !Prefix.endsWith('/'))
    throw invalid(
      'This bucket does not support a prefix that does not end in a delimiter. Specify a prefix path ending with a delimiter and try again.',
    )
  if (Delimiter !== '' && Delimiter !== '/')
    throw invalid('This bucket does not support a delimiter other than a slash.')
  if (StartAfter !== undefined) throw refusedHeader('start-after')
  if (UploadIdMarker !== undefined && UploadIdMarker !== '') throw refusedHeader('upload-id-marker')
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
