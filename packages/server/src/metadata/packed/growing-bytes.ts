/** Bytes that are written at their end. */
export class GrowingBytes {
  /** Valid until `end`. Another one after any write. */
  buffer = Buffer.allocUnsafe(4096)
  end = 0

  /** Lets so many bytes be written behind the end. */
  makeRoom(bytes: number): void {
    if (this.end + bytes <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(2 * (this.end + bytes))
    this.buffer.copy(larger, 0, 0, this.end)
    this.buffer = larger
  }

  byte(value: number): void {
    this.makeRoom(1)
    this.buffer[this.end++] = value
  }

  copy(): Buffer {
    const copy = Buffer.allocUnsafe(this.end)
    this.buffer.copy(copy, 0, 0, this.end)
    return copy
  }
}
