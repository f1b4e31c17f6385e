import { ApiError } from '../api/api-error.ts'
import { completeUpload, createUpload, listParts, type UploadedPart, uploadPart } from '../api/multipart.ts'
import { signedIn } from '../api/session.ts'
import { forgetUpload, keepUpload, type KeptUpload } from './kept-uploads.ts'
import { inSlot } from './part-slots.ts'
import { markOf, type Transfer } from './transfer.ts'

export interface SendOptions {
  readonly contentType: string
  readonly replace: boolean
}

const MEBIBYTE = 1024 * 1024
const PART_BYTES = 16 * MEBIBYTE
/** Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MOST_PARTS = 10_000
const TRIES = 4
const FIRST_PAUSE_MILLISECONDS = 500

/** Sends a file as parts, those alone that S3 has not yet, and has S3 put them together. */
export async function sendInParts(transfer: Transfer, file: File, options: SendOptions): Promise<void> {
  const known = transfer.upload
  const done = known === undefined ? [] : await listParts(known).catch(noneIfGone)
  const goesOn = known !== undefined && done !== undefined
  const upload = goesOn ? known : await begin(transfer, file, options.contentType)
  const parts = await sendMissing(transfer, file, upload, done ?? [])
  await completeUpload(upload, parts, options.replace)
  await forgetUpload(upload)
}

/** An upload that S3 no longer has begins anew. */
function noneIfGone(error: unknown): undefined {
  if (error instanceof ApiError && error.code === 'NoSuchUpload') return undefined
  throw error
}

async function begin(transfer: Transfer, file: File, contentType: string): Promise<KeptUpload> {
  const { bucket, key, handle } = transfer
  const least = Math.ceil(file.size / MOST_PARTS / MEBIBYTE) * MEBIBYTE
  const upload: KeptUpload = {
    ...(await createUpload(bucket, key, { 'content-type': contentType })),
    account: signedIn().account,
    partSizeBytes: Math.max(PART_BYTES, least),
    file: markOf(file),
    handle,
  }
  transfer.upload = upload
  await keepUpload(upload)
  return upload
}

async function sendMissing(
  transfer: Transfer,
  file: File,
  upload: KeptUpload,
  done: readonly UploadedPart[],
): Promise<UploadedPart[]> {
  const { partSizeBytes } = upload
  const parts = new Map(done.map((part) => [part.number, part]))
  const sent = new Map(done.map(({ number, sizeBytes }) => [number, sizeBytes]))
  const tell = (number: number, bytes: number): void => {
    sent.set(number, bytes)
    transfer.sentBytes.value = Math.min(
      file.size,
      sent.values().reduce((sum, bytes) => sum + bytes, 0),
    )
  }
  const { signal } = transfer.abort
  const sendOne = async (number: number): Promise<void> => {
    const body = file.slice((number - 1) * partSizeBytes, number * partSizeBytes)
    const onProgress = (bytes: number): void => tell(number, Math.min(bytes, body.size))
    const part = await inSlot(() =>
      tried(signal, () => uploadPart(upload, { number, body, onProgress, signal })),
    )
    parts.set(number, part)
    tell(number, body.size)
  }
  const count = Math.ceil(file.size / partSizeBytes)
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
    (number) => !parts.has(number),
  )
  await Promise.all(missing.map(sendOne))
  return [...parts.values()].sort((a, b) => a.number - b.number)
}

/** Again, with longer and longer pauses, where the network or the server failed. */
async function tried<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      signal.throwIfAborted()
      return await run()
    } catch (error) {
      const mayPass = error instanceof ApiError && (error.status === 0 || error.status >= 500)
      if (!mayPass || tries === TRIES) throw error
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MILLISECONDS * 2 ** tries))
    }
  }
}
