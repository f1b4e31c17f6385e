import { PAGE_BYTES, type SharedMemory, webAssembly } from './lanes/web-assembly.ts'

/** A stream has so many segments of the memory: one is filled, others are on their way to the thread. */
export const SEGMENTS = 3
const LARGE_SEGMENT_BYTES = 256 * 1024
const SMALL_SEGMENT_BYTES = 32 * 1024
/** Twice as many streams as go together; those beyond have to wait for the thread anyway. */
const MOST_LARGE = 16
const MOST_SMALL = 512
const LARGE_BYTES = MOST_LARGE * SEGMENTS * LARGE_SEGMENT_BYTES
const SMALL_BYTES = MOST_SMALL * SEGMENTS * SMALL_SEGMENT_BYTES

/** Where in the memory a stream's segments lie. */
export interface StreamMemory {
  readonly start: number
  readonly segmentBytes: number
}

/**
 * The memory that streams share with a thread: large segments while there are few of them, small ones when there are many.
 * 60 MB of addresses; a page becomes memory only when it is first written to, and those used before are used again first.
 */
export class DigestMemories {
  readonly memory: SharedMemory
  readonly #spareLarge: StreamMemory[]
  readonly #spareSmall: StreamMemory[]

  constructor() {
    const pages = 1 + (LARGE_BYTES + SMALL_BYTES) / PAGE_BYTES
    this.memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: true })
    this.#spareLarge = cut(PAGE_BYTES, LARGE_SEGMENT_BYTES, MOST_LARGE)
    this.#spareSmall = cut(PAGE_BYTES + LARGE_BYTES, SMALL_SEGMENT_BYTES, MOST_SMALL)
  }

  /** `undefined` where there are more streams than it has room for. */
  take(): StreamMemory | undefined {
    return this.#spareLarge.pop() ?? this.#spareSmall.pop()
  }

  giveBack(memory: StreamMemory): void {
    if (memory.segmentBytes === LARGE_SEGMENT_BYTES) this.#spareLarge.push(memory)
    else this.#spareSmall.push(memory)
  }
}

/** The first is taken first. */
function cut(start: number, segmentBytes: number, count: number): StreamMemory[] {
  const each = (_: unknown, index: number): StreamMemory => ({
    start: start + index * SEGMENTS * segmentBytes,
    segmentBytes,
  })
  return Array.from({ length: count }, each).toReversed()
}
