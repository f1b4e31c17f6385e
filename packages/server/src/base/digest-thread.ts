import { parentPort } from 'node:worker_threads'
import { assert } from './assert.ts'
import { type Checksum, type ChecksumAlgorithm, createChecksum } from './checksums.ts'

/** What a digest thread is told; `id` names a stream. */
export type ToDigestThread =
  | { readonly kind: 'start'; readonly id: number; readonly algorithms: readonly ChecksumAlgorithm[] }
  | { readonly kind: 'bytes'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }

/** What it answers: `taken` for each `bytes`, in order, and `digests` for an `end`. */
export type FromDigestThread =
  | { readonly kind: 'taken'; readonly id: number }
  | { readonly kind: 'digests'; readonly id: number; readonly digests: readonly Uint8Array[] }

const running = new Map<number, readonly Checksum[]>()

assert(parentPort, 'this file is the code of a thread')
const port = parentPort
port.on('message', (message: ToDigestThread) => {
  const answer = obey(message)
  if (answer) port.postMessage(answer)
})

function obey(message: ToDigestThread): FromDigestThread | undefined {
  const { kind, id } = message
  if (kind === 'start') {
    running.set(id, message.algorithms.map(createChecksum))
    return undefined
  }
  const checksums = running.get(id)
  assert(checksums, 'a stream is started before it has bytes or an end')
  if (kind === 'bytes') {
    for (const checksum of checksums) checksum.update(message.bytes)
    return { kind: 'taken', id }
  }
  running.delete(id)
  return { kind: 'digests', id, digests: checksums.map((checksum) => checksum.digest()) }
}
