/** What a buffer may keep of its size once it has been copied. */
const MOST_KEPT_BYTES = 1024 * 1024

/** Bytes that are written at their end. */
export class GrowingBytes {
  /** Valid until `end`. Another one after any write. */
  buffer: Buffer = Buffer.allocUnsafe(4096)
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

  bytes(values: Uint8Array): void {
    this.makeRoom(values.length)
    this.buffer.set(values, this.end)
    this.end += values.length
  }

  /** A short text that is ASCII alone. */
  ascii(text: string): void {
    this.makeRoom(text.length)
    for (let index = 0; index < text.length; index++) this.buffer[this.end++] = text.charCodeAt(index)
  }

  utf8(text: string): void {
    this.makeRoom(3 * text.length)
    this.end += this.buffer.write(text, this.end)
  }

  copy(): Buffer {
    const copy = Buffer.allocUnsafe(this.end)
    this.buffer.copy(copy, 0, 0, this.end)
    if (this.buffer.length > MOST_KEPT_BYTES) this.buffer = Buffer.allocUnsafe(4096)
    return copy
  }
}
