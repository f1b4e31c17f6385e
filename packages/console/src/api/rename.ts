import { ApiError } from './api-error.ts'
import { requestToken } from './request-token.ts'
import { send } from './send.ts'
import { type MayReplace, UNLESS_THERE, writeUnlessThere } from './unless-there.ts'
import { objectPath } from './uri-encoding.ts'

/**
 * Gives an object another key of its bucket at once, whatever its size. Resolves to `kept` where what is there stays, to `unable` where it
 * has to be copied. Source: S3 User Guide, "Renaming objects in directory buckets": not where a name ends in a slash, nor in Local Zones,
 * which the name of a bucket does not tell.
 */
export async function renameObject(
  bucket: string,
  from: string,
  to: string,
  mayReplace: MayReplace,
): Promise<'renamed' | 'kept' | 'unable'> {
  if (from.endsWith('/') || to.endsWith('/')) return 'unable'
  const rename = (replace: boolean): Promise<unknown> =>
    send({
      method: 'PUT',
      path: objectPath(bucket, to),
      query: { renameObject: '' },
      headers: {
        'x-amz-rename-source': objectPath(bucket, from),
        'x-amz-client-token': requestToken(),
        ...(!replace && UNLESS_THERE),
      },
    })
  try {
    return (await writeUnlessThere(rename, mayReplace)) ? 'renamed' : 'kept'
  } catch (error) {
    if (error instanceof ApiError && error.status === 501) return 'unable'
    throw error
  }
}
