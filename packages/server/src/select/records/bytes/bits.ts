/** Thrown where the bytes that were given are at their end: with more of them the reading may be tried again. */
export const OUT_OF_BITS = new Error('there are no more bits')

/** A place to go back to. */
export interface Mark {
  readonly at: number
  readonly heldBits: number
  readonly held: number
}

/** Bits of bytes, the highest of a byte first. */
export class Bits {
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0
  #held = 0
  #heldBits = 0

  /** The bytes ahead that were not begun. */
  get bytesAhead(): number {
    return this.#bytes.length - this.#at
  }

  /** Copies. Marks from before are no longer good. */
  append(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), bytes])
    this.#at = 0
  }

  mark(): Mark {
    return { at: this.#at, heldBits: this.#heldBits, held: this.#held }
  }

  goBack(mark: Mark): void {
    this.#at = mark.at
    this.#heldBits = mark.heldBits
    this.#held = mark.held
  }

  /** Drops what is left of the byte that was begun. */
  skipToByte(): void {
    this.#heldBits = 0
  }

  /** At most 24. */
  read(count: number): number {
    while (this.#heldBits < count) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) throw OUT_OF_BITS
      this.#at++
      this.#held = ((this.#held & 0xff_ff_ff) << 8) | byte
      this.#heldBits += 8
    }
    this.#heldBits -= count
    return (this.#held >>> this.#heldBits) & ((1 << count) - 1)
  }

  read32(): number {
    const high = this.read(16)
    return ((high << 16) | this.read(16)) >>> 0
  }
}
