/** A memory is cut into this many segments: one is filled, others are on their way to the thread. */
export const SEGMENTS = 3
const LARGE_SEGMENT_BYTES = 128 * 1024
const SMALL_SEGMENT_BYTES = 32 * 1024
/** As many streams as one thread can hardly serve; those beyond have to wait for it anyway. */
const MOST_LARGE = 16
/** Kept for streams to come: 3 and 24 MB. Only the garbage collector of the thread would free them, and it seldom runs. */
const MOST_SPARE_LARGE = 8
const MOST_SPARE_SMALL = 256

/** The memory that streams share with a thread: large pieces while there are few of them, small ones when there are many. */
export class DigestMemories {
  readonly #spareLarge: SharedArrayBuffer[] = []
  readonly #spareSmall: SharedArrayBuffer[] = []
  #largeInUse = 0

  take(): SharedArrayBuffer {
    if (this.#largeInUse >= MOST_LARGE) {
      return this.#spareSmall.pop() ?? new SharedArrayBuffer(SEGMENTS * SMALL_SEGMENT_BYTES)
    }
    this.#largeInUse++
    return this.#spareLarge.pop() ?? new SharedArrayBuffer(SEGMENTS * LARGE_SEGMENT_BYTES)
  }

  giveBack(memory: SharedArrayBuffer): void {
    if (memory.byteLength === SEGMENTS * SMALL_SEGMENT_BYTES) {
      if (this.#spareSmall.length < MOST_SPARE_SMALL) this.#spareSmall.push(memory)
      return
    }
    this.#largeInUse--
    if (this.#spareLarge.length < MOST_SPARE_LARGE) this.#spareLarge.push(memory)
  }
}
