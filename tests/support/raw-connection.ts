import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

export interface SocketAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** A TCP connection for what no HTTP client would send. */
export class RawConnection implements Disposable {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #closed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk: Buffer) => (this.#received = Buffer.concat([this.#received, chunk])))
    // Half open is allowed, so the server's own end does not close this side: for a test it is over then.
    for (const event of ['end', 'close']) socket.on(event, () => (this.#closed = true))
    // A reset is an answer of its own here: `closed` tells.
    socket.on('error', () => {})
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    await once(socket, 'connect')
    return new RawConnection(socket)
  }

  /** Everything that came so far. */
  get received(): string {
    return this.#received.toString('latin1')
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Resolves when the bytes have left this process, or the connection is gone. */
  async write(bytes: Uint8Array | string): Promise<void> {
    if (this.#closed || !this.#socket.writable) return
    await new Promise<void>((resolve) => this.#socket.write(bytes, () => resolve()))
  }

  /** Ends this side properly; the other may still answer. */
  finish(): void {
    this.#socket.end()
  }

  /** Leaves what comes unread until it is resumed. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  /** Cuts the connection off with a reset. */
  cut(): void {
    this.#socket.resetAndDestroy()
  }

  /** The first final answer (100 Continue passed over); undefined when the connection closed without one. */
  async answer(timeoutMilliseconds = 10_000): Promise<SocketAnswer | undefined> {
    await this.#until(() => finalAnswers(this.received, this.#closed).length > 0, timeoutMilliseconds)
    return finalAnswers(this.received, this.#closed)[0]
  }

  /** All final answers, once the server has closed the connection. */
  async answersUntilClosed(timeoutMilliseconds = 10_000): Promise<SocketAnswer[]> {
    await this.#until(() => false, timeoutMilliseconds)
    return finalAnswers(this.received, this.#closed)
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  async #until(done: () => boolean, timeoutMilliseconds: number): Promise<void> {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    try {
      while (!done() && !this.#closed) {
        const stop = new AbortController()
        const either = AbortSignal.any([signal, stop.signal])
        await Promise.race(
          ['data', 'end', 'close'].map((event) => once(this.#socket, event, { signal: either })),
        )
        stop.abort()
      }
    } catch (cause) {
      throw new Error(`no answer within ${timeoutMilliseconds} ms, only: ${this.received}`, { cause })
    }
  }
}

/** Whole answers from the start of what a server sent, interim ones left out. */
function finalAnswers(received: string, closed: boolean): SocketAnswer[] {
  const answers: SocketAnswer[] = []
  let rest = received
  for (let next = firstAnswer(rest, closed); next; next = firstAnswer(rest, closed)) {
    if (next.answer.status >= 200) answers.push(next.answer)
    rest = rest.slice(next.length)
  }
  return answers
}

function firstAnswer(text: string, closed: boolean): { answer: SocketAnswer; length: number } | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1])
  if (headEnd < 0 || Number.isNaN(status)) return undefined
  const headers: Record<string, string> = {}
  for (const line of text.slice(0, headEnd).split('\r\n').slice(1)) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  const start = headEnd + 4
  const end = bodyEnd(text, start, status, headers, closed)
  if (end === undefined) return undefined
  return { answer: { status, headers, text: text.slice(start, end) }, length: end }
}

/** Where the body ends; undefined while it has not. The body of an answer to HEAD is not asked for here. */
function bodyEnd(
  text: string,
  start: number,
  status: number,
  headers: Readonly<Record<string, string>>,
  closed: boolean,
): number | undefined {
  if (status < 200 || status === 204 || status === 304) return start
  const length = headers['content-length']
  if (length !== undefined) {
    const end = start + Number(length)
    return text.length >= end ? end : undefined
  }
  if (headers['transfer-encoding'] === 'chunked') {
    const last = text.indexOf('0\r\n\r\n', start)
    return last < 0 ? undefined : last + 5
  }
  return closed ? text.length : undefined
}
