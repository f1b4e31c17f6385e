import { signal, type Signal } from '@preact/signals'

export type TransferState = 'waiting' | 'running' | 'uploaded' | 'kept' | 'failed' | 'cancelled'

/** A file on its way. */
export interface Transfer {
  readonly id: number
  readonly file: File
  readonly bucket: string
  readonly key: string
  readonly state: Signal<TransferState>
  readonly sentBytes: Signal<number>
  readonly error: Signal<unknown>
  readonly abort: AbortController
}

let lastId = 0

export function newTransfer(file: File, bucket: string, key: string): Transfer {
  return {
    id: (lastId += 1),
    file,
    bucket,
    key,
    state: signal<TransferState>('waiting'),
    sentBytes: signal(0),
    error: signal<unknown>(undefined),
    abort: new AbortController(),
  }
}

export function isOver({ state }: Transfer): boolean {
  return state.value !== 'waiting' && state.value !== 'running'
}
