import { signal } from '@preact/signals'
import { ApiError } from '../api/api-error.ts'
import { ask } from '../shared/question.tsx'
import { objectTexts } from '../texts/objects.ts'
import { isOver, newTransfer, type Transfer } from './transfer.ts'
import { uploadFile } from './upload-file.ts'

/** A file, and the key that it is to have. */
export interface Upload {
  readonly file: File
  readonly key: string
}

const AT_ONCE = 4

/** All of this visit, the newest last. */
export const transfers = signal<readonly Transfer[]>([])

/** Counts what has changed in a bucket, for those who show it. */
export const changes = signal<{ readonly bucket: string; readonly count: number }>({ bucket: '', count: 0 })

/** What was last answered for all files that are there already. */
let answerForAll: boolean | undefined
let running = 0

/** Begins when others are done; files are there already only replaced once somebody said so. */
export function startUploads(bucket: string, uploads: readonly Upload[]): void {
  if (running === 0) answerForAll = undefined
  const added = uploads.map(({ file, key }) => newTransfer(file, bucket, key))
  transfers.value = [...transfers.value, ...added]
  startWaiting()
}

export function cancelTransfer(transfer: Transfer): void {
  transfer.abort.abort()
  if (transfer.state.value === 'waiting') transfer.state.value = 'cancelled'
}

export function clearFinished(): void {
  transfers.value = transfers.value.filter((transfer) => !isOver(transfer))
}

function startWaiting(): void {
  for (const transfer of transfers.value) {
    if (running >= AT_ONCE) return
    if (transfer.state.value !== 'waiting') continue
    running += 1
    transfer.state.value = 'running'
    void run(transfer)
  }
}

async function run(transfer: Transfer): Promise<void> {
  try {
    transfer.state.value = (await uploadUnlessThere(transfer)) ? 'uploaded' : 'kept'
    changes.value = { bucket: transfer.bucket, count: changes.value.count + 1 }
  } catch (error) {
    transfer.error.value = error
    transfer.state.value = transfer.abort.signal.aborted ? 'cancelled' : 'failed'
  }
  running -= 1
  startWaiting()
}

/** Whether it was uploaded; what is there already is replaced on a yes alone. */
async function uploadUnlessThere(transfer: Transfer): Promise<boolean> {
  if (answerForAll === true) return uploadFile(transfer, true).then(() => true)
  try {
    await uploadFile(transfer, false)
    return true
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'PreconditionFailed') throw error
    if (!(await mayReplace(transfer.key))) return false
    await uploadFile(transfer, true)
    return true
  }
}

let lastQuestion: Promise<unknown> = Promise.resolve()

/** One question at a time, so that an answer for all spares the others. */
function mayReplace(key: string): Promise<boolean> {
  const answered = lastQuestion.then(async () => {
    if (answerForAll !== undefined) return answerForAll
    const { yes, forAll } = await ask({
      title: objectTexts.replaceQuestion(key),
      detail: objectTexts.replaceDetail,
      yes: objectTexts.replace,
      no: objectTexts.skip,
      forAll: objectTexts.forAll,
    })
    if (forAll) answerForAll = yes
    return yes
  })
  lastQuestion = answered
  return answered
}

/** Asks before the tab is closed amid a transfer. */
addEventListener('beforeunload', (event) => {
  if (running > 0) event.preventDefault()
})
