import { signal } from '@preact/signals'
import { abortUpload } from '../api/multipart.ts'
import { writeUnlessThere } from '../api/unless-there.ts'
import { forgetUpload, keptUploads } from './kept-uploads.ts'
import { forgetAnswers, mayReplace, replacesAll } from './replace-question.ts'
import { isOver, keptTransfer, newTransfer, type Transfer, type Upload } from './transfer.ts'
import { uploadFile } from './upload-file.ts'

const AT_ONCE = 4

/** All of this visit, the newest last. */
export const transfers = signal<readonly Transfer[]>([])

/** Counts what was uploaded, for those who show the bucket. */
export const changes = signal<{ readonly bucket: string; readonly count: number }>({ bucket: '', count: 0 })

let running = 0

/** Begins when others are done; files that are there already are replaced only once somebody said so. */
export function startUploads(bucket: string, uploads: readonly Upload[]): void {
  if (running === 0) forgetAnswers()
  transfers.value = [...transfers.value, ...uploads.map((upload) => newTransfer(bucket, upload))]
  startWaiting()
}

/** Shows those that a reload has broken off. */
export async function findKept(account: string): Promise<void> {
  const known = new Set(transfers.value.map(({ upload }) => upload?.uploadId))
  const kept = (await keptUploads(account)).filter(({ uploadId }) => !known.has(uploadId))
  transfers.value = [...transfers.value, ...kept.map(keptTransfer)]
}

/** What was sent stays with S3. */
export function pauseTransfer(transfer: Transfer): void {
  transfer.state.value = 'paused'
  transfer.abort.abort()
}

/** Goes on with a file: that of before, or after a reload the same once more. */
export function resumeTransfer(transfer: Transfer, file: File): void {
  transfer.file = file
  transfer.error.value = undefined
  transfer.abort = new AbortController()
  transfer.state.value = 'waiting'
  startWaiting()
}

/** What was sent is freed. */
export function cancelTransfer(transfer: Transfer): void {
  transfer.state.value = 'cancelled'
  transfer.abort.abort()
  void discard(transfer)
}

export function clearFinished(): void {
  transfers.value = transfers.value.filter((transfer) => !isOver(transfer))
}

async function discard({ upload }: Transfer): Promise<void> {
  if (!upload) return
  await forgetUpload(upload)
  await abortUpload(upload).catch(() => undefined)
}

function startWaiting(): void {
  for (const transfer of transfers.value) {
    if (running >= AT_ONCE) return
    if (transfer.state.value !== 'waiting' || !transfer.file) continue
    running += 1
    transfer.state.value = 'running'
    void run(transfer, transfer.file)
  }
}

async function run(transfer: Transfer, file: File): Promise<void> {
  const { abort, state } = transfer
  try {
    const isUploaded = await uploadUnlessThere(transfer, file)
    state.value = isUploaded ? 'uploaded' : 'kept'
    if (!isUploaded) await discard(transfer)
    changes.value = { bucket: transfer.bucket, count: changes.value.count + 1 }
  } catch (error) {
    // Who aborted it has said what it is now.
    if (!abort.signal.aborted) {
      transfer.error.value = error
      state.value = 'failed'
    }
  }
  running -= 1
  startWaiting()
}

/** Whether it was uploaded; what is there already is replaced on a yes alone. */
async function uploadUnlessThere(transfer: Transfer, file: File): Promise<boolean> {
  if (!replacesAll())
    return writeUnlessThere(
      (replace) => uploadFile(transfer, file, replace),
      () => mayReplace(transfer),
    )
  await uploadFile(transfer, file, true)
  return true
}

/** The browser asks before the tab is closed amid a transfer. */
addEventListener('beforeunload', (event) => {
  if (running > 0) event.preventDefault()
})
