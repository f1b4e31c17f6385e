import { putBytes } from '../api/put-bytes.ts'
import { objectPath } from '../api/uri-encoding.ts'
import type { Transfer } from './transfer.ts'

/** Sends a file. Rejects with `PreconditionFailed` where there is one of its key and it may not be replaced. */
export async function uploadFile(transfer: Transfer, replace: boolean): Promise<void> {
  const { file, bucket, key, sentBytes, abort } = transfer
  await putBytes({
    path: objectPath(bucket, key),
    headers: {
      'content-type': file.type === '' ? 'application/octet-stream' : file.type,
      ...(!replace && { 'if-none-match': '*' }),
    },
    body: file,
    onProgress: (bytes) => (sentBytes.value = bytes),
    signal: abort.signal,
  })
  sentBytes.value = file.size
}
