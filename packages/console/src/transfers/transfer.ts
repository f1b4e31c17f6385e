import { signal, type Signal } from '@preact/signals'
import type { FileMark, KeptUpload } from './kept-uploads.ts'

export type TransferState = 'waiting' | 'running' | 'paused' | 'uploaded' | 'kept' | 'failed' | 'cancelled'

/** A file, and the key that it is to have. */
export interface Upload {
  readonly file: File
  readonly key: string
  readonly handle?: FileSystemFileHandle | undefined
}

/** A file on its way. */
export interface Transfer {
  readonly id: number
  readonly bucket: string
  readonly key: string
  readonly mark: FileMark
  readonly handle: FileSystemFileHandle | undefined
  readonly state: Signal<TransferState>
  readonly sentBytes: Signal<number>
  readonly error: Signal<unknown>
  /** Absent after a reload, until it is given again. */
  file: File | undefined
  /** What S3 has begun for it; absent where the file goes in one request. */
  upload: KeptUpload | undefined
  abort: AbortController
}

let lastId = 0

export function newTransfer(bucket: string, { file, key, handle }: Upload): Transfer {
  return transferOf({
    bucket,
    key,
    mark: markOf(file),
    handle,
    file,
    upload: undefined,
    state: signal('waiting'),
  })
}

/** One of before a reload. */
export function keptTransfer(upload: KeptUpload): Transfer {
  const { bucket, key, file: mark, handle } = upload
  return transferOf({ bucket, key, mark, handle, file: undefined, upload, state: signal('paused') })
}

function transferOf(
  parts: Pick<Transfer, 'bucket' | 'key' | 'mark' | 'handle' | 'file' | 'upload' | 'state'>,
): Transfer {
  lastId += 1
  return {
    id: lastId,
    ...parts,
    sentBytes: signal(0),
    error: signal(undefined),
    abort: new AbortController(),
  }
}

export function markOf({ name, size, lastModified }: File): FileMark {
  return { name, size, lastModified }
}

export function isOver({ state }: Transfer): boolean {
  return ['uploaded', 'kept', 'failed', 'cancelled'].includes(state.value)
}
