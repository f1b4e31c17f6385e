import type { FileHandle } from 'node:fs/promises'
import { PAGE_BYTES, webAssembly } from './lanes/web-assembly.ts'
import { errorCode } from './storage-fault.ts'
import { writeAll } from './write-all.ts'

export const PIECE_BYTES = 1024 * 1024
/** Of files that are written at once; further ones go through the cache. */
const MOST_PIECES = 16

let spare: Uint8Array[] | undefined

/** Memory of WebAssembly begins where a page does, as the disk asks for; that of other buffers begins anywhere. */
function cutPieces(): Uint8Array[] {
  const pages = (MOST_PIECES * PIECE_BYTES) / PAGE_BYTES
  const { buffer } = new webAssembly.Memory({ initial: pages, maximum: pages })
  const cut = (_: unknown, index: number): Uint8Array =>
    new Uint8Array(buffer, index * PIECE_BYTES, PIECE_BYTES)
  // The first is taken first: a page becomes memory only when it is written to.
  return Array.from({ length: MOST_PIECES }, cut).toReversed()
}

type Writable = Pick<FileHandle, 'writev'>

/**
 * Appends to an empty file past the system's cache (`O_DIRECT`), in whole pieces; what is left over at a `flush` goes through the cache,
 * and so does all the rest where the file system turns out not to take such a write (EINVAL).
 */
export class DirectAppends {
  readonly #direct: FileHandle
  readonly #cached: Writable
  readonly #piece: Uint8Array
  #filledBytes = 0
  /** Where the piece belongs. */
  #position = 0
  #isRefused = false

  private constructor(direct: FileHandle, cached: Writable, piece: Uint8Array) {
    this.#direct = direct
    this.#cached = cached
    this.#piece = piece
  }

  /**
   * `open` opens the file of `cached` once more. `undefined` where that fails, as the file system does not know such a thing, and where
   * all memory for it is taken.
   */
  static async begin(cached: Writable, open: () => Promise<FileHandle>): Promise<DirectAppends | undefined> {
    spare ??= cutPieces()
    const piece = spare.pop()
    if (!piece) return undefined
    try {
      return new DirectAppends(await open(), cached, piece)
    } catch {
      spare.push(piece)
      return undefined
    }
  }

  async append(buffers: readonly Uint8Array[]): Promise<void> {
    for (const buffer of buffers) {
      for (let from = 0; from < buffer.length;) {
        const part = buffer.subarray(from, from + PIECE_BYTES - this.#filledBytes)
        this.#piece.set(part, this.#filledBytes)
        this.#filledBytes += part.length
        from += part.length
        if (this.#filledBytes === PIECE_BYTES) await this.#writePiece()
      }
    }
  }

  async #writePiece(): Promise<void> {
    if (!this.#isRefused) await this.#writeDirectly()
    if (this.#isRefused) await this.flush()
    this.#position += PIECE_BYTES
    this.#filledBytes = 0
  }

  async #writeDirectly(): Promise<void> {
    try {
      await this.#write(this.#direct)
    } catch (error) {
      if (errorCode(error) !== 'EINVAL') throw error
      this.#isRefused = true
    }
  }

  /** All that was appended is in the file then, though not durable. */
  flush(): Promise<void> {
    return this.#write(this.#cached)
  }

  async #write(file: Writable): Promise<void> {
    let position = this.#position
    await writeAll(
      async (rest) => {
        const { bytesWritten } = await file.writev(rest, position)
        position += bytesWritten
        return bytesWritten
      },
      [this.#piece.subarray(0, this.#filledBytes)],
    )
  }

  /** Nothing may be under way. */
  async end(): Promise<void> {
    spare?.push(this.#piece)
    await this.#direct.close()
  }
}
