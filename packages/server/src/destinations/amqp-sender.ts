import type { ConfirmChannel, Connection, Options } from 'amqplib/callback_api'
import { hash } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { unreached } from '../http/webhook-sender.ts'
import { withinDeadline } from '../http/within-deadline.ts'
import { DeliveryFailure, type EventSender } from '../s3/shared/announcing/event-sender.ts'
import { loadClient } from './load-client.ts'

export interface AmqpOptions {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly exchange?: string | undefined
  readonly routingKey?: string | undefined
  /** PEM. Default: those that the system trusts. */
  readonly certificateAuthority?: string | undefined
  readonly clock: Clock
  /** The client, which is not loaded before the first message. */
  readonly load?: () => Promise<Library>
  readonly timeoutMilliseconds?: number
}

/** By callbacks: promises would settle after the first event of a new connection or channel, which nobody would listen for then. */
type Library = Pick<typeof import('amqplib/callback_api'), 'connect'>

const loadLibrary = (): Promise<Library> => import('amqplib/callback_api')

/** Most channels that are kept open with nothing to send: as many as a worker of events sends at once. */
const MOST_IDLE = 8
/** How long a broker may take to take leave. */
const GOODBYE_MILLISECONDS = 250

/** Publishes messages to an exchange, persistent ones, and takes for taken what the broker confirms that a queue has. */
export class AmqpSender implements EventSender, AsyncDisposable {
  readonly #options: AmqpOptions
  #link: Link | undefined
  #isEnded = false

  constructor(options: AmqpOptions) {
    this.#options = options
  }

  async send(destination: string, message: string, signal: AbortSignal): Promise<void> {
    let isOver = false
    let link: Link | undefined
    try {
      await withinDeadline(
        signal,
        async () => {
          try {
            link = this.#open()
            await link.publish(destination, message)
          } finally {
            isOver = true
          }
        },
        this.#options.timeoutMilliseconds,
      )
    } catch (error) {
      // What it has not read yet must not come after what is sent next.
      if (!isOver && !signal.aborted) link?.end(error)
      throw failureOf(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnded = true
    await this.#link?.close()
  }

  #open(): Link {
    if (this.#isEnded) throw new DeliveryFailure('unavailable', 'the server ends')
    if (!this.#link || this.#link.isOver) this.#link = new Link(this.#options)
    return this.#link
  }
}

/** A connection, from its beginning on. */
class Link {
  readonly #options: AmqpOptions
  readonly #ending = new AbortController()
  readonly #connection: Promise<Connection>
  readonly #idle = new Set<Channel>()
  /** Why it is over. */
  #reason: unknown

  constructor(options: AmqpOptions) {
    this.#options = options
    this.#connection = this.#connect()
    this.#connection.catch((error: unknown) => this.end(error))
  }

  get isOver(): boolean {
    return this.#ending.signal.aborted
  }

  /** What is under way fails for this reason, unless there was one before. */
  end(reason: unknown): void {
    this.#reason ??= reason
    this.#ending.abort()
  }

  async close(): Promise<void> {
    const goodbye = async (): Promise<void> => {
      const connection = await this.#connection
      await new Promise<void>((resolve) => connection.close(() => resolve()))
    }
    if (!this.isOver)
      await withinDeadline(new AbortController().signal, goodbye, GOODBYE_MILLISECONDS).catch(() => {})
    this.end(new DeliveryFailure('unavailable', 'the server ends'))
  }

  async publish(destination: string, message: string): Promise<void> {
    const { exchange = '', routingKey = '', clock } = this.#options
    const properties = {
      persistent: true,
      mandatory: true,
      contentType: 'application/json',
      // The same, should it come twice.
      messageId: hash('sha256', message, 'hex'),
      timestamp: Math.floor(clock.now().getTime() / 1000),
      headers: { 'x-holdfast-destination': destination },
    }
    let channel: Channel | undefined
    try {
      channel = await this.#channel()
      await channel.publish(exchange, routingKey, Buffer.from(message), properties)
    } catch (error) {
      throw channel?.reason ?? this.#reason ?? error
    } finally {
      if (channel && this.#idle.size < MOST_IDLE && !channel.isClosed) this.#idle.add(channel)
      else channel?.close()
    }
  }

  /** Each message has one to itself: what the broker says there, or that it closes it, is said of that message. */
  async #channel(): Promise<Channel> {
    for (const channel of this.#idle) {
      this.#idle.delete(channel)
      if (!channel.isClosed) return channel
    }
    return Channel.open(await this.#connection)
  }

  async #connect(): Promise<Connection> {
    const { url, user, password, certificateAuthority: ca, load = loadLibrary } = this.#options
    const { connect } = await loadClient('amqplib', load)
    this.#ending.signal.throwIfAborted()
    const { protocol, hostname, port, pathname } = new URL(url)
    const to = {
      protocol: protocol.slice(0, -1),
      hostname: hostname.replaceAll(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      vhost: pathname.slice(1),
      username: user,
      password,
    }
    const socket = { signal: this.#ending.signal, noDelay: true, ...(ca !== undefined && { ca }) }
    return new Promise((resolve, reject) => {
      connect(to, socket, (error: Error | null, connection: Connection) => {
        if (error) return reject(error)
        // From now on its errors come as events.
        connection.on('error', (reason) => this.end(reason))
        connection.on('close', (reason) => this.end(reason))
        connection.on('blocked', () =>
          this.end(new DeliveryFailure('unavailable', 'it takes nothing for now')),
        )
        resolve(connection)
      })
    })
  }
}

/** One of a connection, which carries a message at a time. */
class Channel {
  readonly #channel: ConfirmChannel
  #reason: Error | undefined
  #isClosed = false

  private constructor(channel: ConfirmChannel) {
    this.#channel = channel
    channel.on('error', (reason) => (this.#reason = reason))
    channel.on('close', () => (this.#isClosed = true))
  }

  static open(connection: Connection): Promise<Channel> {
    return new Promise((resolve, reject) => {
      const channel: Channel = new Channel(
        connection.createConfirmChannel((error: Error | null) => {
          if (error) reject(error)
          else resolve(channel)
        }),
      )
    })
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Why the broker closed it. */
  get reason(): Error | undefined {
    return this.#reason
  }

  close(): void {
    try {
      if (!this.#isClosed) this.#channel.close()
    } catch {
      // It goes with its connection, which is about to end.
    }
  }

  /** Source: RabbitMQ, "Consumer Acknowledgements and Publisher Confirms": what cannot be routed is returned, and confirmed after that. */
  async publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options: Options.Publish,
  ): Promise<void> {
    let isReturned = false
    const onReturn = (): void => void (isReturned = true)
    this.#channel.on('return', onReturn)
    try {
      await new Promise<void>((resolve, reject) => {
        this.#channel.publish(exchange, routingKey, content, options, (error: unknown) => {
          if (error)
            reject(new DeliveryFailure('unavailable', 'it did not take the message', { cause: error }))
          else resolve()
        })
      })
    } finally {
      this.#channel.off('return', onReturn)
    }
    if (isReturned) throw new DeliveryFailure('unavailable', 'it has no queue for the message')
  }
}

/**
 * PRECONDITION_FAILED: of a message that is published, that it is too large. Source: RabbitMQ, "Configuration",
 * max_message_size.
 */
const TOO_LARGE = '406'

function failureOf(error: unknown): DeliveryFailure {
  const text = error instanceof Error && !(error instanceof DeliveryFailure) ? error.message : ''
  if (text.startsWith('Expected ConnectionOpenOk'))
    return new DeliveryFailure('unavailable', 'it does not let the user into the virtual host')
  const [, code, name] = /^[^"]*\b(\d{3}) \(([A-Z-]{1,40})\)/.exec(text) ?? []
  if (code === undefined) return unreached(error)
  return new DeliveryFailure(code === TOO_LARGE ? 'refused' : 'unavailable', `it answered ${code} ${name}`)
}
