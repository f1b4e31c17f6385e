import { putBytes } from '../api/put-bytes.ts'
import { UNLESS_THERE } from '../api/unless-there.ts'
import { objectPath } from '../api/uri-encoding.ts'
import { sendInParts } from './send-in-parts.ts'
import type { Transfer } from './transfer.ts'

/** Up to here in one request: there is less to send again than a part has. */
const WHOLE_BYTES = 16 * 1024 * 1024

/** Whether it can be paused without losing what was sent. */
export function isInParts({ mark }: Transfer): boolean {
  return mark.size > WHOLE_BYTES
}

/** Sends a file. Rejects with `PreconditionFailed` where there is one of its key and it may not be replaced. */
export async function uploadFile(transfer: Transfer, file: File, replace: boolean): Promise<void> {
  const contentType = file.type === '' ? 'application/octet-stream' : file.type
  if (isInParts(transfer)) return sendInParts(transfer, file, { contentType, replace })
  const { bucket, key, sentBytes, abort } = transfer
  await putBytes({
    path: objectPath(bucket, key),
    headers: { 'content-type': contentType, ...(!replace && UNLESS_THERE) },
    body: file,
    onProgress: (bytes) => (sentBytes.value = Math.min(bytes, file.size)),
    signal: abort.signal,
  })
  sentBytes.value = file.size
}
