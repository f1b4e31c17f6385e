import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads'
import { receiveStream, sendStream, ThreadGone } from './port-stream.ts'

/** Bytes of something, from `start` up to `end`. */
export type ReadRange = (start: number, end: number) => AsyncIterable<Uint8Array>

/** What the thread is told of a task: where it answers, and where it asks for bytes. */
export interface StreamTask {
  readonly task: unknown
  readonly answers: MessagePort
  readonly asks: MessagePort
}

/** The thread asks for bytes that it needs. */
export interface RangeAsked {
  readonly start: number
  readonly end: number
  readonly port: MessagePort
}

/**
 * A thread that makes streams of bytes out of other bytes, several at once: its code calls `answerStreams`. It begins with the
 * first task, and anew with the next one after it died.
 */
export class StreamThread<Task> implements AsyncDisposable {
  readonly #file: URL
  readonly #memoryMegabytes: number
  readonly #unpack: (packed: unknown) => unknown
  #worker: Worker | undefined

  /**
   * `memoryMegabytes`: what its heap may hold; beyond it the thread ends, and nothing else. `unpack`: what became of an error that the thread packed.
   */
  constructor(file: URL, memoryMegabytes: number, unpack: (packed: unknown) => unknown) {
    this.#file = file
    this.#memoryMegabytes = memoryMegabytes
    this.#unpack = unpack
  }

  /**
   * What the thread answers to a task for which it may read. Throws what `read` throws, too, and the signal's reason when nobody
   * waits any more.
   */
  async *run(task: Task, read: ReadRange, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const [answers, asks] = [new MessageChannel(), new MessageChannel()]
    let failure: { readonly error: unknown } | undefined
    const noting = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      try {
        yield* bytes
      } catch (error) {
        failure = { error }
        throw error
      }
    }
    asks.port1.on('message', ({ start, end, port }: RangeAsked) =>
      sendStream(port, noting(read(start, end)), () => undefined),
    )
    const told: StreamTask = { task, answers: answers.port2, asks: asks.port2 }
    const worker = this.#running()
    worker.postMessage(told, [answers.port2, asks.port2])
    try {
      yield* receiveStream(answers.port1, this.#unpack, signal)
    } catch (error) {
      if (error instanceof ThreadGone) this.#forget(worker)
      throw failure ? failure.error : error
    } finally {
      asks.port1.close()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate()
  }

  #running(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(this.#file, {
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMegabytes },
    })
    // Whoever waits for an answer has something else that keeps the process alive.
    worker.unref()
    // Its ports close with it, which is what those who wait are told.
    worker.on('error', () => undefined)
    worker.on('exit', () => this.#forget(worker))
    this.#worker = worker
    return worker
  }

  #forget(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined
  }
}
