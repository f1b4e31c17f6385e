import { S3Error } from '../../../model/s3-error.ts'

/** Opaque to clients: where a listing goes on. */
export function encodeContinuationToken(last: string): string {
  return Buffer.from(`1${last}`, 'utf8').toString('base64url')
}

/** More than any key has, with the id of an upload, and any bucket name. */
const MOST_CHARACTERS = 1024 + 64

/** Throws InvalidArgument for what {@link encodeContinuationToken} did not make. */
export function decodeContinuationToken(token: string, argument = 'continuation-token'): string {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  const last = text.slice(1)
  if (!text.startsWith('1') || last.length > MOST_CHARACTERS || encodeContinuationToken(last) !== token) {
    const fields = { ArgumentName: argument, ArgumentValue: token }
    throw new S3Error('InvalidArgument', fields, { message: 'The continuation token provided is incorrect' })
  }
  return last
}
