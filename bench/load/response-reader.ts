const END_OF_HEAD = '\r\n\r\n'

/** Reads one HTTP/1.1 answer after another from pieces of a connection, keeping nothing but status and head. */
export class ResponseReader {
  status = 0
  head = ''
  /** Whether the answer that was expected has arrived whole. */
  done = true
  #method = ''
  #partialHead = ''
  #bodyLeft = 0

  /** Call before each request, with its method: an answer to HEAD has no body. */
  expect(method: string): void {
    this.#method = method
    this.done = false
    this.status = 0
  }

  /** Takes the next piece, and returns how many bytes of body were in it. */
  push(bytes: Buffer): number {
    if (this.done) throw new Error('bytes after the end of an answer')
    const start = this.status === 0 ? this.#readHead(bytes) : 0
    if (this.status === 0) return 0
    const bodyBytes = bytes.length - start
    this.#bodyLeft -= bodyBytes
    if (this.#bodyLeft < 0) throw new Error('bytes after the end of an answer')
    this.done = this.#bodyLeft === 0
    return bodyBytes
  }

  /** Returns where the body begins in `bytes`; status stays 0 while the head is incomplete. */
  #readHead(bytes: Buffer): number {
    const before = this.#partialHead.length
    const text = this.#partialHead + headText(bytes)
    const end = text.indexOf(END_OF_HEAD)
    if (end === -1) {
      this.#partialHead = text
      return bytes.length
    }
    this.#partialHead = ''
    this.head = text.slice(0, end)
    this.status = Number(this.head.slice(9, 12))
    this.#bodyLeft = this.#lengthOfBody()
    return end + END_OF_HEAD.length - before
  }

  #lengthOfBody(): number {
    if (this.#method === 'HEAD' || this.status === 204 || this.status === 304) return 0
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.head)?.[1]
    if (length === undefined) throw new Error(`an answer without Content-Length: ${this.head}`)
    return Number(length)
  }
}

/** The bytes up to the end of the head, or all where it does not end here. */
function headText(bytes: Buffer): string {
  const end = bytes.indexOf(END_OF_HEAD)
  return bytes.toString('latin1', 0, end === -1 ? bytes.length : end + END_OF_HEAD.length)
}
