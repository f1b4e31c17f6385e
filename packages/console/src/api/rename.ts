import { ApiError } from './api-error.ts'
import { requestToken } from './request-token.ts'
import { send } from './send.ts'
import { objectPath } from './uri-encoding.ts'

/**
 * Gives an object another key of its bucket at once, whatever its size; what had that key is replaced. Resolves to false where it has to be
 * copied. Source: S3 User Guide, "Renaming objects in directory buckets": not where a name ends in a slash, nor in Local Zones, which the
 * name of a bucket does not tell.
 */
export async function renameObject(bucket: string, from: string, to: string): Promise<boolean> {
  if (from.endsWith('/') || to.endsWith('/')) return false
  const headers = { 'x-amz-rename-source': objectPath(bucket, from), 'x-amz-client-token': requestToken() }
  try {
    await send({ method: 'PUT', path: objectPath(bucket, to), query: { renameObject: '' }, headers })
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 501) return false
    throw error
  }
}
