import type { IncomingMessage } from 'node:http'
import { freeMemory } from '../base/free-memory.ts'
import { MemoryShare } from '../base/memory-share.ts'
import type { BodySource } from '../model/body.ts'
import { S3Error } from '../model/s3-error.ts'
import type { Admission } from './admission.ts'
import type { SlowBodies, WatchedBody } from './slow-bodies.ts'

/** Bytes that wait unread before the socket is held back: a few of Node's 64 KiB reads, one where there are many. */
const waiting = new MemoryShare({ mostBytes: 512 * 1024, leastBytes: 64 * 1024, totalBytes: 32 * 1024 ** 2 })

/**
 * The bytes of a request as they come; a chunk is lent until the next is asked for. Faster than the stream's own
 * iterator, which waits a turn for every chunk.
 * Throws IncompleteBody when the client goes away before the end, RequestTimeout when it stops sending.
 */
export class RequestSource implements BodySource, WatchedBody {
  hasDocument = false
  /** Who says when bytes may be read on; absent where they always may. */
  admission: Pick<Admission, 'pass'> | undefined
  waitedSeconds = 0
  receivedBytes = 0
  readonly #request: IncomingMessage
  readonly #onFirstRead: () => void
  readonly #slowBodies: SlowBodies
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #lent: Uint8Array | undefined
  #failure: Error | undefined
  #ended = false
  #started = false
  #isLeft = false
  /** Whoever reads wants all or nothing. */
  #waitsForEnd = false
  #wake: (() => void) | undefined

  /** `onFirstRead` runs when the bytes are asked for: time to answer `Expect: 100-continue`. */
  constructor(request: IncomingMessage, slowBodies: SlowBodies, onFirstRead: () => void) {
    this.#request = request
    this.#slowBodies = slowBodies
    this.#onFirstRead = onFirstRead
  }

  /** Whether every byte of the body has been taken from the socket. */
  get isConsumed(): boolean {
    return this.#ended || this.#request.complete
  }

  get isWaiting(): boolean {
    return this.#wake !== undefined
  }

  /** Makes the reader fail with `error`. */
  fail(error: Error): void {
    this.#slowBodies.remove(this)
    this.#failure ??= error
    this.#wake?.()
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    if (!this.#started) this.#start()
    return {
      next: () => this.#next(),
      return: () => {
        this.#isLeft = true
        this.#slowBodies.remove(this)
        this.#waiting.length = 0
        this.#request.pause()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  /** Not for bodies of more than `leastBytes`, after which the socket is held back. Its chunks are the caller's. */
  async whole(): Promise<readonly Uint8Array[]> {
    this.#waitsForEnd = true
    if (!this.#started) this.#start()
    if (!this.#ended && !this.#failure) await this.#more()
    if (this.#failure && !this.#ended) throw this.#failure
    const passing = this.admission?.pass(this.#waitingBytes)
    if (passing) await passing
    return this.#waiting
  }

  #start(): void {
    this.#started = true
    this.#slowBodies.add(this)
    this.#onFirstRead()
    const request = this.#request
    if (!request.closed) waiting.enter()
    request.on('data', (chunk: Buffer) => this.#push(chunk))
    request.on('end', () => {
      this.#ended = true
      this.#slowBodies.remove(this)
      this.#wake?.()
    })
    const gone = (): void => {
      if (!this.#ended) this.fail(new S3Error('IncompleteBody'))
    }
    request.on('error', gone)
    request.on('close', () => {
      waiting.leave()
      gone()
    })
  }

  #push(chunk: Buffer): void {
    // Nobody reads on: what still comes is only let pass, so that the client gets to read its answer.
    if (this.#isLeft) return
    this.receivedBytes += chunk.length
    this.#waiting.push(chunk)
    this.#waitingBytes += chunk.length
    if (this.#waitingBytes >= waiting.bytes) this.#request.pause()
    if (!this.#waitsForEnd) this.#wake?.()
  }

  /** The time that the client has to send begins anew. */
  beginTime(): void {
    const { socket } = this.#request
    socket.setTimeout(socket.timeout ?? 0)
  }

  #goOn(): void {
    this.beginTime()
    this.#request.resume()
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    // Left to the collector, the chunks of large uploads would have it mark the whole heap again and again.
    if (this.#lent) freeMemory(this.#lent)
    this.#lent = undefined
    for (;;) {
      const chunk = this.#waiting.shift()
      if (chunk) {
        this.#lent = chunk
        this.#waitingBytes -= chunk.length
        const passing = this.admission?.pass(chunk.length)
        if (passing) await passing
        if (this.#request.isPaused() && this.#waitingBytes < waiting.bytes / 2) this.#goOn()
        return { done: false, value: chunk }
      }
      if (this.#failure) throw this.#failure
      if (this.#ended) return { done: true, value: undefined }
      await this.#more()
    }
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined
        resolve()
      }
    })
  }
}
