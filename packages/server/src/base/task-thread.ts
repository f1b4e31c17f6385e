import { Worker } from 'node:worker_threads'

/** A thread that does one task after another: its code calls `answerTasks`. */
export class TaskThread<Task, Answer> implements AsyncDisposable {
  readonly #worker: Worker
  readonly #waiting: { resolve(answer: Answer): void; reject(error: Error): void }[] = []
  #failure: Error | undefined

  constructor(file: URL) {
    this.#worker = new Worker(file)
    // Whoever waits for an answer has something else that keeps the process alive.
    this.#worker.unref()
    this.#worker.on('message', (answer: Answer) => this.#waiting.shift()?.resolve(answer))
    this.#worker.on('error', (cause) => this.#fail(new Error('a thread died', { cause })))
    this.#worker.on('exit', () => this.#fail(new Error('a thread ended')))
  }

  /** Tasks are answered in their order. Throws when the thread has died. */
  ask(task: Task): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#worker.postMessage(task)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
  }
}
