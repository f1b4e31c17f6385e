import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** What a method is called in AMQP 0-9-1: its class and its number there. */
const METHODS = {
  start: [10, 10],
  startOk: [10, 11],
  tune: [10, 30],
  open: [10, 40],
  openOk: [10, 41],
  close: [10, 50],
  closeOk: [10, 51],
  blocked: [10, 60],
  channelOpen: [20, 10],
  channelOpenOk: [20, 11],
  channelClose: [20, 40],
  channelCloseOk: [20, 41],
  publish: [60, 40],
  return: [60, 50],
  ack: [60, 80],
  nack: [60, 120],
  confirmSelect: [85, 10],
  confirmSelectOk: [85, 11],
} as const
type Method = keyof typeof METHODS

export interface AmqpPublished {
  readonly exchange: string
  readonly routingKey: string
  readonly isMandatory: boolean
  readonly body: string
}

/** A broker of AMQP 0-9-1 on the loopback, of as much as publishing takes; tests say what it answers. */
export class AmqpStandIn implements AsyncDisposable {
  readonly url: string
  readonly published: AmqpPublished[] = []
  connections = 0
  /** What it does in place of its answer to a method. */
  instead: Partial<Record<Method, (session: AmqpSession, channel: number) => void>> = {}
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
    this.url = `amqp://127.0.0.1:${(server.address() as AddressInfo).port}/events`
    server.on('connection', (socket: Socket) => {
      this.connections++
      this.#sockets.add(socket)
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket))
      const session = new AmqpSession(socket, this)
      socket.on('data', (chunk: Buffer) => session.read(chunk))
    })
  }

  static async open(): Promise<AmqpStandIn> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new AmqpStandIn(server)
  }

  get openConnections(): number {
    return this.#sockets.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** One connection. */
export class AmqpSession {
  readonly socket: Socket
  readonly #broker: AmqpStandIn
  readonly #tags = new Map<number, bigint>()
  /** By channel: what is being published. */
  readonly #open = new Map<number, { head: Omit<AmqpPublished, 'body'>; left: number; parts: Buffer[] }>()
  #rest = Buffer.alloc(0)
  #isGreeted = false

  constructor(socket: Socket, broker: AmqpStandIn) {
    this.socket = socket
    this.#broker = broker
  }

  send(method: Method, channel = 0, ...parts: readonly Buffer[]): void {
    const [ofClass, id] = METHODS[method]
    this.#frame(1, channel, Buffer.concat([uint(ofClass, 2), uint(id, 2), ...parts]))
  }

  ack(channel: number, method: 'ack' | 'nack' = 'ack'): void {
    this.send(method, channel, uint(this.#tags.get(channel) ?? 0n, 8), uint(0, 1))
  }

  /** NO_ROUTE, with an empty message. */
  return(channel: number): void {
    this.send('return', channel, uint(312, 2), short('NO_ROUTE'), short(''), short('uploads'))
    this.#frame(2, channel, Buffer.concat([uint(60, 2), uint(0, 2), uint(0n, 8), uint(0, 2)]))
  }

  /** Closes a channel, or the connection with 0. */
  close(channel: number, code: number, text: string): void {
    this.send(channel === 0 ? 'close' : 'channelClose', channel, uint(code, 2), short(text), uint(0, 4))
  }

  #frame(type: number, channel: number, payload: Buffer): void {
    const frame = [uint(type, 1), uint(channel, 2), uint(payload.length, 4), payload, uint(0xce, 1)]
    if (this.socket.writable) this.socket.write(Buffer.concat(frame))
  }

  read(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk])
    if (!this.#isGreeted) {
      if (this.#rest.length < 8) return
      this.#isGreeted = true
      this.#rest = this.#rest.subarray(8)
      this.#do('start', 0)
    }
    while (this.#rest.length >= 7 && this.#rest.length >= 8 + this.#rest.readUInt32BE(3)) {
      const [type, channel, end] = [this.#rest[0], this.#rest.readUInt16BE(1), 7 + this.#rest.readUInt32BE(3)]
      const payload = this.#rest.subarray(7, end)
      this.#rest = this.#rest.subarray(end + 1)
      if (type === 1) this.#take(channel, payload)
      else if (type === 2) this.#body(channel, Number(payload.readBigUInt64BE(4)))
      else if (type === 3) this.#body(channel, 0, payload)
    }
  }

  #take(channel: number, payload: Buffer): void {
    const [ofClass, id] = [payload.readUInt16BE(0), payload.readUInt16BE(2)]
    const [name] = Object.entries(METHODS).find(([, ids]) => ids[0] === ofClass && ids[1] === id) ?? []
    if (name !== 'publish') return this.#do(name as Method, channel)
    const [exchange, after] = shortAt(payload, 6)
    const [routingKey, end] = shortAt(payload, after)
    const head = { exchange, routingKey, isMandatory: payload[end] === 1 }
    this.#open.set(channel, { head, left: 0, parts: [] })
  }

  #body(channel: number, size: number, part = Buffer.alloc(0)): void {
    const message = this.#open.get(channel)
    if (!message) return
    message.left += size - part.length
    message.parts.push(part)
    if (message.left > 0) return
    this.#open.delete(channel)
    this.#tags.set(channel, (this.#tags.get(channel) ?? 0n) + 1n)
    this.#broker.published.push({ ...message.head, body: Buffer.concat(message.parts).toString() })
    this.#do('publish', channel)
  }

  #do(method: Method, channel: number): void {
    const instead = this.#broker.instead[method]
    if (instead) return instead(this, channel)
    this.#answers[method]?.(channel)
  }

  /** Methods that are not here want no answer. */
  readonly #answers: Partial<Record<Method, (channel: number) => void>> = {
    start: () => this.send('start', 0, uint(9, 2), uint(0, 4), long('PLAIN'), long('en_US')),
    startOk: () => this.send('tune', 0, uint(100, 2), uint(131_072, 4), uint(60, 2)),
    open: () => this.send('openOk', 0, short('')),
    close: () => {
      this.send('closeOk')
      this.socket.end()
    },
    channelOpen: (channel) => this.send('channelOpenOk', channel, long('')),
    channelClose: (channel) => this.send('channelCloseOk', channel),
    confirmSelect: (channel) => {
      this.#tags.set(channel, 0n)
      this.send('confirmSelectOk', channel)
    },
    publish: (channel) => this.ack(channel),
  }
}

function uint(value: number | bigint, bytes: number): Buffer {
  return Buffer.from(
    BigInt(value)
      .toString(16)
      .padStart(2 * bytes, '0'),
    'hex',
  )
}

export function short(text: string): Buffer {
  return Buffer.concat([uint(Buffer.byteLength(text), 1), Buffer.from(text)])
}

function long(text: string): Buffer {
  return Buffer.concat([uint(Buffer.byteLength(text), 4), Buffer.from(text)])
}

function shortAt(payload: Buffer, at: number): [text: string, end: number] {
  const end = at + 1 + (payload[at] ?? 0)
  return [payload.toString('utf8', at + 1, end), end]
}
