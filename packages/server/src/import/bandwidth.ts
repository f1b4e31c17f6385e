import type { Clock } from '../base/clock.ts'

/** Lets so many bytes a second through, all readers together. */
export class Bandwidth {
  readonly #clock: Clock
  readonly #bytesPerSecond: number
  /** When all that was let through would have come at that rate. */
  #freeAtMilliseconds = 0

  constructor(clock: Clock, bytesPerSecond: number) {
    this.#clock = clock
    this.#bytesPerSecond = bytesPerSecond
  }

  /** Resolves when these bytes may have come. */
  async take(sizeBytes: number): Promise<void> {
    const now = this.#clock.now().getTime()
    const start = Math.max(this.#freeAtMilliseconds, now)
    this.#freeAtMilliseconds = start + (sizeBytes / this.#bytesPerSecond) * 1000
    if (this.#freeAtMilliseconds > now) await this.#clock.sleep(this.#freeAtMilliseconds - now)
  }

  async *through(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      await this.take(chunk.length)
      yield chunk
    }
  }
}
