import { headObject, type ObjectName } from '../api/object-details.ts'
import { presignedLink } from '../api/share.ts'

/** The browser has this long to begin; what has begun goes on. */
const BEGINS_WITHIN_SECONDS = 300

/** Has the browser save an object, however large. Rejects where it may not be read. */
export async function download({ bucket, key, versionId }: ObjectName): Promise<void> {
  // An error's page would otherwise be opened in place of the console.
  await headObject({ bucket, key, versionId })
  const saveAs = key.split('/').findLast((part) => part !== '') ?? key
  const link = document.createElement('a')
  link.href = await presignedLink({ bucket, key, versionId, saveAs, expiresInSeconds: BEGINS_WITHIN_SECONDS })
  link.click()
}
