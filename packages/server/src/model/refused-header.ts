import { S3Error } from './s3-error.ts'

/** As S3 tells of a header, or a parameter or element, that means something it does not have. */
export function refusedHeader(header: string): S3Error {
  const message = 'A header you provided implies functionality that is not implemented'
  return new S3Error('NotImplemented', { Header: header }, { message })
}
