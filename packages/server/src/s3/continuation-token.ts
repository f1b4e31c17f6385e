import { S3Error } from '../model/s3-error.ts'

/** Opaque to clients: where a listing goes on. */
export function encodeContinuationToken(last: string): string {
  return Buffer.from(`1${last}`, 'utf8').toString('base64url')
}

/** Throws InvalidArgument for what {@link encodeContinuationToken} did not make. */
export function decodeContinuationToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (!text.startsWith('1') || encodeContinuationToken(text.slice(1)) !== token) {
    const fields = { ArgumentName: 'continuation-token', ArgumentValue: token }
    throw new S3Error('InvalidArgument', fields, { message: 'The continuation token provided is incorrect' })
  }
  return text.slice(1)
}
