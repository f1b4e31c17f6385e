import { randomFillSync } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { ResponseReader } from './response-reader.ts'

export interface Request {
  readonly method: string
  /** Path and query as they go on the wire. */
  readonly target: string
}

export interface RawLoad {
  readonly port: number
  readonly hostname: string
  /** How many requests are in flight, each on a connection of its own; no pipelining. */
  readonly connections: number
  /** The body of every request that has one. */
  readonly bodyBytes: number
  /** The next request, or undefined at the end. */
  readonly next: () => Request | undefined
}

export interface RawResult {
  readonly requests: number
  readonly bodyBytesReceived: number
  readonly seconds: number
  readonly cpuSeconds: number
}

const READ_BUFFER_BYTES = 1_048_576

/**
 * Sends requests and throws their answers away, at as little CPU as Node can: no HTTP parser, one buffer for all reads
 * and one for all writes. Rejects at the first answer that is not 2xx.
 */
export async function runRaw(load: RawLoad): Promise<RawResult> {
  const buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES)
  const body = randomFillSync(Buffer.allocUnsafeSlow(Math.min(load.bodyBytes, READ_BUFFER_BYTES)))
  const cpu = process.cpuUsage()
  const start = performance.now()
  const counts = await Promise.all(Array.from({ length: load.connections }, () => drive(load, buffer, body)))
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return {
    requests: counts.reduce((sum, count) => sum + count.requests, 0),
    bodyBytesReceived: counts.reduce((sum, count) => sum + count.bodyBytesReceived, 0),
    seconds,
    cpuSeconds: (user + system) / 1e6,
  }
}

interface Count {
  requests: number
  bodyBytesReceived: number
}

/** One connection, from its first request to its last answer. */
function drive(load: RawLoad, buffer: Buffer, body: Buffer): Promise<Count> {
  return new Promise((resolve, reject) => {
    const count: Count = { requests: 0, bodyBytesReceived: 0 }
    const reader = new ResponseReader()
    let current = load.next()
    const onData = (length: number): void => {
      count.bodyBytesReceived += reader.push(buffer.subarray(0, length))
      if (!reader.done) return
      if (reader.status >= 300)
        return fail(new Error(`${current?.method} ${current?.target}: ${reader.head}`))
      count.requests++
      current = load.next()
      advance()
    }
    const socket: Socket = connect({
      port: load.port,
      host: load.hostname,
      noDelay: true,
      onread: { buffer, callback: (length) => (onData(length), true) },
    })
    const fail = (error: Error): void => {
      socket.destroy()
      reject(error)
    }
    const advance = (): void => {
      if (current === undefined) {
        socket.destroy()
        resolve(count)
        return
      }
      reader.expect(current.method)
      send(socket, load, current, body)
    }
    socket.on('error', fail)
    socket.on('end', () => fail(new Error(`connection closed within ${current?.method} ${current?.target}`)))
    advance()
  })
}

function send(socket: Socket, load: RawLoad, { method, target }: Request, body: Buffer): void {
  const length = method === 'PUT' ? load.bodyBytes : 0
  const declared = method === 'PUT' ? `Content-Length: ${length}\r\n` : ''
  socket.write(
    `${method} ${target} HTTP/1.1\r\nHost: ${load.hostname}:${load.port}\r\n${declared}\r\n`,
    'latin1',
  )
  sendBody(socket, body, length)
}

function sendBody(socket: Socket, body: Buffer, length: number): void {
  let left = length
  while (left > 0) {
    const chunk = left < body.length ? body.subarray(0, left) : body
    left -= chunk.length
    if (!socket.write(chunk)) break
  }
  if (left > 0) socket.once('drain', () => sendBody(socket, body, left))
}
