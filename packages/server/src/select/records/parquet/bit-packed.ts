/** Numbers packed from the lowest bit of a byte to its highest. */
export class PackedBits {
  readonly #bytes: Buffer
  #bit: number

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes
    this.#bit = start * 8
  }

  /** Of at most 32 bits. */
  read(width: number): number {
    let value = 0
    let factor = 1
    for (let left = width; left > 0;) {
      const byte = this.#bytes[Math.floor(this.#bit / 8)]
      if (byte === undefined) throw new Error('parquet: packed bits beyond the end')
      const offset = this.#bit % 8
      const taken = Math.min(8 - offset, left)
      value += ((byte >> offset) & ((1 << taken) - 1)) * factor
      factor *= 2 ** taken
      this.#bit += taken
      left -= taken
    }
    return value
  }
}

/** An unsigned number in 7 bits a byte, from `at`. */
export function readVarint(bytes: Buffer, at: number): { readonly value: bigint; readonly end: number } {
  let value = 0n
  for (let count = 0; count < 10; count++) {
    const byte = bytes[at + count]
    if (byte === undefined) break
    value |= BigInt(byte & 0x7f) << BigInt(7 * count)
    if ((byte & 0x80) === 0) return { value, end: at + count + 1 }
  }
  throw new Error('parquet: a broken number')
}
