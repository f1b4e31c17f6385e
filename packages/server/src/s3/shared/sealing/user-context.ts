import { readJson } from '../../../base/read-json.ts'
import { S3Error } from '../../../model/s3-error.ts'

/** `x-amz-server-side-encryption-context`: base64 of a JSON object of strings. */
export function userContextOf(header: string | undefined): Record<string, string> | undefined {
  if (header === undefined) return undefined
  const parsed = contextDocument(Buffer.from(header, 'base64'))
  const isContext =
    typeof parsed === 'object' &&
    parsed !== null &&
    !Array.isArray(parsed) &&
    Object.values(parsed).every((value) => typeof value === 'string')
  if (isContext) return parsed as Record<string, string>
  const fields = { ArgumentName: 'x-amz-server-side-encryption-context', ArgumentValue: header }
  throw new S3Error('InvalidArgument', fields, {
    message:
      'The header x-amz-server-side-encryption-context shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map',
  })
}

function contextDocument(bytes: Uint8Array): unknown {
  try {
    return readJson(bytes)
  } catch {
    return undefined
  }
}
