import { parentPort, workerData } from 'node:worker_threads'
import { assert } from './assert.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { digestCode } from './lanes/digest-code.ts'
import { LaneDigests, type RoundResult } from './lanes/lane-digests.ts'
import type { Piece } from './lanes/lane-md5.ts'
import type { SharedMemory } from './lanes/web-assembly.ts'

/** What a digest thread begins with. */
export interface DigestThreadData {
  /** Where the segments lie. */
  readonly memory: SharedMemory
  readonly segmentsPerStream: number
}

/** What a digest thread is told; `id` names a stream. */
export type ToDigestThread =
  | { readonly kind: 'start'; readonly id: number; readonly algorithms: readonly ChecksumAlgorithm[] }
  | { readonly kind: 'bytes'; readonly id: number; readonly segment: Piece }
  | { readonly kind: 'end'; readonly id: number }

/** What it answers: an end is answered with digests. */
export type FromDigestThread = RoundResult

assert(parentPort, 'this file is the code of a thread')
const port = parentPort
// The one who starts the thread gives it just this.
const { memory, segmentsPerStream } = workerData as DigestThreadData
const digests = new LaneDigests(memory, segmentsPerStream, digestCode(memory))
let isWorking = false

port.on('message', (message: ToDigestThread) => {
  const { kind, id } = message
  if (kind === 'start') digests.start(id, message.algorithms)
  else if (kind === 'bytes') digests.add(id, message.segment)
  else digests.end(id)
  workSoon()
})

/** When all messages that are there have been taken, so that as many streams as can be go together. */
function workSoon(): void {
  if (isWorking || !digests.isReady) return
  isWorking = true
  setImmediate(work)
}

function work(): void {
  isWorking = false
  if (!digests.isReady) return
  const result = digests.round()
  if (result.taken.length > 0 || result.digests.length > 0)
    port.postMessage(result satisfies FromDigestThread)
  workSoon()
}
