import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { bufferOf } from './buffer-of.ts'
import { assert } from './assert.ts'
import { type ChecksumAlgorithm, createChecksum, loadCrcsFirst } from './checksums.ts'
import { DigestMemories, SEGMENTS, type StreamMemory } from './digest-memories.ts'
import type { DigestThreadData, FromDigestThread, ToDigestThread } from './digest-thread.ts'

/** Digests of bytes that come in pieces. */
export interface StreamDigests {
  /**
   * Takes the next bytes. They may be reused when it returns, or, where it returns a promise, when that resolves. Throws
   * when the thread that digests has died.
   */
  update(chunk: Uint8Array): Promise<void> | undefined
  /** The digests of all bytes, in the order of the algorithms. Call it once, last. */
  finish(): Promise<Buffer[]>
  /** Lets go of what was not finished. */
  cancel(): void
}

/** Less is digested where it is, in milliseconds: small uploads shall not have a thread started for them. */
const LEAST_BYTES = 4 * 1024 * 1024
const MOST_THREADS = 4
/** So many streams of one thread cost little more than one: they fill the words of a vector. */
const TOGETHER = 4

/**
 * Digests long streams in threads of their own: MD5 alone is half of the time that a large upload takes. On one core,
 * and for short streams, it digests where it is called. Threads start with the first long stream.
 */
export class DigestThreads implements AsyncDisposable {
  readonly #threads: DigestThread[] = []
  readonly #count: number

  /** `count`: how many threads there may be; a core is left for whoever calls. */
  constructor(count = Math.min(availableParallelism() - 1, MOST_THREADS)) {
    this.#count = count
  }

  start(algorithms: readonly ChecksumAlgorithm[], sizeBytes: number): StreamDigests {
    if (this.#count === 0 || sizeBytes < LEAST_BYTES) return digestHere(algorithms)
    return this.#best().start(algorithms) ?? digestHere(algorithms)
  }

  /** The one that more go together in, if there is one: it costs less CPU than a thread for each. */
  #best(): DigestThread {
    const fromIdlest = this.#threads.toSorted((a, b) => a.streamCount - b.streamCount)
    const open = fromIdlest.findLast(({ streamCount }) => streamCount < TOGETHER)
    const [idlest] = fromIdlest
    if (open) return open
    if (idlest && this.#threads.length === this.#count) return idlest
    const thread: DigestThread = new DigestThread(() => {
      this.#threads.splice(this.#threads.indexOf(thread), 1)
    })
    this.#threads.push(thread)
    return thread
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }
}

/** Digests in the thread that calls. */
export function digestHere(algorithms: readonly ChecksumAlgorithm[]): StreamDigests {
  const checksums = algorithms.map(createChecksum)
  return {
    update(chunk) {
      for (const checksum of checksums) checksum.update(chunk)
      return undefined
    },
    finish: () => Promise.resolve(checksums.map((checksum) => checksum.digest())),
    cancel() {},
  }
}

class DigestThread {
  readonly #worker: Worker
  readonly #streams = new Map<number, ThreadStream>()
  readonly #memories = new DigestMemories()
  #lastId = 0

  /** `onEnd` is called when it takes no more streams. */
  constructor(onEnd: () => void) {
    const workerData: DigestThreadData = { memory: this.#memories.memory, segmentsPerStream: SEGMENTS }
    loadCrcsFirst()
    const file = new URL(`./digest-thread${extname(import.meta.url)}`, import.meta.url)
    this.#worker = new Worker(file, { workerData })
    // It is nothing to stay alive for: whoever waits for a digest also has a socket open.
    this.#worker.unref()
    this.#worker.on('message', (message: FromDigestThread) => this.#take(message))
    this.#worker.on('error', (cause) => this.#fail(new Error('a digest thread died', { cause })))
    this.#worker.on('exit', () => {
      onEnd()
      this.#fail(new Error('a digest thread ended'))
    })
  }

  get streamCount(): number {
    return this.#streams.size
  }

  /** `undefined` when it has more streams than it has memory for. */
  start(algorithms: readonly ChecksumAlgorithm[]): StreamDigests | undefined {
    const place = this.#memories.take()
    if (!place) return undefined
    const id = ++this.#lastId
    const bytes = Buffer.from(this.#memories.memory.buffer)
    const stream = new ThreadStream(id, bytes, place, (message) => this.#worker.postMessage(message))
    this.#streams.set(id, stream)
    this.#worker.postMessage({ kind: 'start', id, algorithms } satisfies ToDigestThread)
    return stream
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #take({ taken, digests }: FromDigestThread): void {
    for (const id of taken) this.#find(id).taken()
    for (const { id, values } of digests) {
      const stream = this.#find(id)
      this.#streams.delete(id)
      this.#memories.giveBack(stream.place)
      stream.digested(values)
    }
  }

  #find(id: number): ThreadStream {
    const stream = this.#streams.get(id)
    assert(stream, 'a digest thread answers to what it was asked')
    return stream
  }

  #fail(error: Error): void {
    for (const stream of this.#streams.values()) stream.fail(error)
    this.#streams.clear()
  }
}

/** Copies what it is given into memory that the thread sees, a segment at a time. */
class ThreadStream implements StreamDigests {
  readonly place: StreamMemory
  readonly #bytes: Buffer
  readonly #id: number
  readonly #post: (message: ToDigestThread) => void
  readonly #digests = Promise.withResolvers<Buffer[]>()
  /** Of the segment that is being filled: where it is, and how far. */
  #start: number
  #filledBytes = 0
  #underWay = 0
  #error: Error | undefined
  #wake: () => void = () => {}
  #isEnded = false

  constructor(id: number, bytes: Buffer, place: StreamMemory, post: (message: ToDigestThread) => void) {
    this.#id = id
    this.#bytes = bytes
    this.place = place
    this.#post = post
    this.#start = place.start
    // Who never asks for the digests need not hear that they failed.
    this.#digests.promise.catch(() => undefined)
  }

  update(chunk: Uint8Array): Promise<void> | undefined {
    const rest = this.#copy(bufferOf(chunk))
    return rest.length === 0 ? undefined : this.#copyRest(rest)
  }

  finish(): Promise<Buffer[]> {
    if (this.#filledBytes > 0) this.#handOver()
    this.#end()
    return this.#digests.promise
  }

  cancel(): void {
    if (!this.#isEnded) this.#end()
  }

  taken(): void {
    this.#underWay--
    this.#wake()
  }

  digested(digests: readonly Uint8Array[]): void {
    this.#digests.resolve(digests.map((digest) => Buffer.from(digest)))
  }

  fail(error: Error): void {
    this.#error = error
    this.#digests.reject(error)
    this.#wake()
  }

  /**
   * Copies while there is room; returns what is left. By Buffer's own copy, since `set` on shared memory takes five times as
   * long where source and target are not aligned alike: it guards against others who write, and here are none.
   */
  #copy(chunk: Buffer): Buffer {
    let rest = chunk
    while (rest.length > 0 && this.#underWay < SEGMENTS) {
      const mostBytes = this.place.segmentBytes - this.#filledBytes
      const copiedBytes = rest.copy(this.#bytes, this.#start + this.#filledBytes, 0, mostBytes)
      this.#filledBytes += copiedBytes
      rest = rest.subarray(copiedBytes)
      if (this.#filledBytes === this.place.segmentBytes) this.#handOver()
    }
    return rest
  }

  async #copyRest(chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0; rest = this.#copy(rest)) {
      if (this.#error) throw this.#error
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  #handOver(): void {
    const segment = { start: this.#start, sizeBytes: this.#filledBytes }
    this.#underWay++
    this.#post({ kind: 'bytes', id: this.#id, segment })
    const { start, segmentBytes } = this.place
    const isLast = this.#start === start + (SEGMENTS - 1) * segmentBytes
    this.#start = isLast ? start : this.#start + segmentBytes
    this.#filledBytes = 0
  }

  #end(): void {
    this.#isEnded = true
    this.#post({ kind: 'end', id: this.#id })
  }
}
