import { uploads } from '../../metadata/tables/tables.ts'
import { readable } from '../../metadata/unreadable-rows.ts'
import { plannedAbort } from '../../s3/shared/bucket/lifecycle-rules.ts'
import { abortUpload } from '../../s3/operations/multipart/abort-upload.ts'
import { assertSameRules, type HandlePage } from './lifecycle-page.ts'
import { noteAction } from './note-action.ts'
import { tryAll } from './try-action.ts'

/** AbortIncompleteMultipartUpload. */
export const expireUploads: HandlePage = async (ruled, entries) => {
  const { service, name, bucket, rules, nowMilliseconds } = ruled
  const { dayMilliseconds } = service.settings
  const actions = entries.flatMap((entry) => {
    const found = readable(service.stores.metadata, uploads, entry)
    if (!found) return []
    const [, key, uploadId] = found.parts
    const { initiatedMilliseconds } = found.row
    const planned = plannedAbort(rules, { key, initiatedMilliseconds }, dayMilliseconds)
    if (!planned || planned.atMilliseconds > nowMilliseconds) return []
    const address = { Bucket: name, Key: key, UploadId: uploadId }
    return [
      async () => {
        await abortUpload(service, address, bucket, (now) => assertSameRules(ruled, now))
        noteAction(ruled, 'S3.DELETE.UPLOAD', { key })
      },
    ]
  })
  return tryAll(service.stores.metadata, actions)
}
