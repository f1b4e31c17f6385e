import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import * as https from 'node:https'
import * as net from 'node:net'
import type { Socket } from 'node:net'
import type { Denials } from '../administration/denials.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Log } from '../base/log.ts'
import type { Door } from './door.ts'
import type { Admissions } from './admissions.ts'
import { type Pipeline } from './pipeline.ts'
import { type JsonApi } from './json-api.ts'
import type { OwnApi } from './own-api.ts'
import type { QueryApi } from './query-api.ts'
import { type Listen, type ListenAddress, listenOnSocket } from './listen.ts'
import { type CertificateList, Certificates } from './certificates.ts'
import { Handshakes, tlsSettings } from './handshakes.ts'
import type { TrustedProxies } from './trusted-proxies.ts'
import { http } from './node-http.ts'
import { refuseGarbage, refuseTunnel } from './refuse-garbage.ts'
import type { MetricsSources } from './server-metrics.ts'
import { type Traffic, TrafficCount } from './traffic.ts'
import { writeResponse } from './write-response.ts'
import type { DocumentBudget } from './document-budget.ts'
import { SlowBodies } from './slow-bodies.ts'
import type { Timeouts } from './timeouts.ts'
import { Exchange, type ExchangeSetting } from './exchange.ts'
import type { LimitsConfig } from '../config/config.ts'

export interface ListenerOptions {
  readonly pipeline: Pipeline
  readonly ownApi?: OwnApi | undefined
  /** Where refused requests are kept for who asks why. */
  readonly denials?: Denials | undefined
  /** APIs of the JSON protocol besides S3. */
  readonly jsonApis?: readonly JsonApi[]
  /** APIs of the Query protocol. */
  readonly queryApis?: readonly QueryApi[]
  /** Absent where nobody is believed what they say of others. */
  readonly proxies?: TrustedProxies | undefined
  readonly address: ListenAddress
  /** Default: {@link listenOnSocket}. */
  readonly listen?: Listen | undefined
  readonly tls?: CertificateList | undefined
  readonly timeouts: Timeouts
  readonly limits: LimitsConfig
  /** Further ones are closed at once. Default: as many as come. */
  readonly mostConnections?: number | undefined
  readonly log: Log
  /** What is answered here besides the APIs. */
  readonly door: Door
  /** Shared by the listeners of a server. */
  readonly documents: DocumentBudget
  readonly metrics?: MetricsSources | undefined
  /** Absent where nothing is limited. */
  readonly admissions?: Admissions | undefined
  /** Absent where requests are not told of. */
  readonly audit?: AuditLog | undefined
}

/** The request under way on a connection. */
interface UnderWay {
  exchange: Exchange | undefined
}

/** How connections end on which nothing is under way. */
export interface Draining {
  /** They stay, and what comes on them is still served. Default: no, they are closed. */
  readonly keepsIdle?: boolean
}

/** The HTTP server: sockets in, answers out. */
export class Listener {
  readonly #options: ListenerOptions
  readonly #server: Server
  readonly #setting: ExchangeSetting
  readonly #slowBodies: SlowBodies
  readonly #ended = new AbortController()
  /** Each connection's, put there once: to add and to take away for each request costs as much as a read of a row. */
  readonly #underWay = new WeakMap<Socket, UnderWay>()
  /** All that are open. The server counts only those that it accepted itself. */
  readonly #connections = new Set<Socket>()
  readonly #traffic = new TrafficCount(this.#connections)
  readonly #lastEnd = Promise.withResolvers<void>()
  readonly #replaceCertificates: (list: CertificateList) => void = () => {}
  /** Absent without TLS. */
  readonly #handshakes: Handshakes | undefined
  #takesNoNew = false
  #refuses = false

  constructor(options: ListenerOptions) {
    this.#options = options
    const { limits, timeouts, tls } = options
    this.#slowBodies = new SlowBodies(limits)
    this.#setting = {
      ...options,
      hostId: options.pipeline.service.random.bytes(24).toString('base64'),
      slowBodies: this.#slowBodies,
      logsRequests: options.log.isLevelEnabled('debug'),
    }
    const settings: ServerOptions = {
      headersTimeout: timeouts.headersMilliseconds,
      connectionsCheckingInterval: Math.min(timeouts.headersMilliseconds, 5000),
      // The time without a byte ends what is idle, too; one of its own would set two timers for each request.
      keepAliveTimeout: 0,
      // A large upload may take its time; only silence is cut short.
      requestTimeout: 0,
      maxHeaderSize: 32 * 1024,
      noDelay: true,
    }
    if (tls) {
      const certificates = new Certificates(tls, tlsSettings(timeouts))
      const server = https.createServer({ ...settings, ...certificates.options })
      this.#server = server
      this.#replaceCertificates = (list) => certificates.replace(server, list)
    } else this.#server = http.createServer(settings)
    this.#handshakes = tls && new Handshakes(this.#server)
    this.#server.timeout = timeouts.idleMilliseconds
    this.#server.maxHeadersCount = 500
    if (options.mostConnections !== undefined) this.#server.maxConnections = options.mostConnections
    this.#server.on('connection', (connection: Socket) => {
      this.#connections.add(connection)
      connection.once('close', () => this.#closed(connection))
    })
    this.#server.on('request', (request, response) => this.#serve(request, response, () => {}))
    this.#server.on('checkContinue', (request, response) =>
      this.#serve(request, response, () => response.writeContinue()),
    )
    this.#server.on('connect', (_request, socket: Socket) => refuseTunnel(socket))
    this.#server.on('clientError', (error, socket: Socket) => {
      const exchange = this.#underWay.get(socket)?.exchange
      if (exchange) exchange.brokenOff()
      else refuseGarbage(error, socket, timeouts.lingerMilliseconds, options.pipeline.service.clock)
    })
    this.#server.on('timeout', (socket: Socket) => {
      const exchange = this.#underWay.get(socket)?.exchange
      if (exchange) exchange.timedOut()
      else socket.destroy()
    })
  }

  /** How many are open. */
  get connections(): number {
    return this.#connections.size
  }

  /** Since it began. */
  get traffic(): Traffic {
    return this.#traffic.now()
  }

  /** Shows others from the next handshake on; throws for what cannot be used. Nothing for a server without TLS. */
  setCertificates(list: CertificateList): void {
    this.#replaceCertificates(list)
  }

  /** Resolves to the port when requests are accepted. */
  listen(): Promise<number> {
    const { address, listen = listenOnSocket, pipeline } = this.#options
    void this.#slowBodies.watch(pipeline.service.clock, this.#ended.signal)
    return listen(this.#server, address)
  }

  /**
   * Accepts no new connections and refuses what still comes on others; resolves when every request in flight has been answered,
   * and all connections have ended. `keepsIdle`: each ends by its next answer, or when it has been idle for too long.
   */
  drain({ keepsIdle = false }: Draining = {}): Promise<void> {
    this.#takesNoNew = true
    // The server's own way ends idle connections, too.
    if (keepsIdle) net.Server.prototype.close.call(this.#server)
    else {
      this.#refuses = true
      this.#server.close()
      this.#server.closeIdleConnections()
      this.#handshakes?.end()
    }
    if (this.#connections.size === 0) this.#lastEnd.resolve()
    return this.#lastEnd.promise.finally(() => this.#ended.abort())
  }

  #closed(connection: Socket): void {
    this.#connections.delete(connection)
    this.#traffic.closed(connection)
    if (this.#takesNoNew && this.#connections.size === 0) this.#lastEnd.resolve()
  }

  /** Ends all connections at once. */
  abort(): void {
    this.#server.closeAllConnections()
    this.#handshakes?.end()
  }

  #serve(request: IncomingMessage, response: ServerResponse, sendContinue: () => void): void {
    // `#answer` catches everything itself; what still gets here is a defect of ours, and ends the connection only.
    this.#answer(request, response, sendContinue).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'an answer could not be sent')
      response.destroy()
    })
  }

  async #answer(request: IncomingMessage, response: ServerResponse, sendContinue: () => void): Promise<void> {
    const exchange = new Exchange(request, response, sendContinue, this.#setting)
    const underWay = this.#underWayOn(request.socket)
    underWay.exchange = exchange
    if (this.#takesNoNew) response.shouldKeepAlive = false
    const own = exchange.ambiguity ? undefined : this.#answerOfDoor(exchange, request)
    if (own) await writeResponse(response, await own, exchange.head.method === 'HEAD')
    else await exchange.answer(this.#refuses)
    exchange.finish()
    // Kept alive by an answer that began before the drain.
    if (this.#refuses) response.once('close', () => setImmediate(() => this.#server.closeIdleConnections()))
    // A pipelined request may have begun on it already.
    if (underWay.exchange === exchange) underWay.exchange = undefined
  }

  #underWayOn(connection: Socket): UnderWay {
    const known = this.#underWay.get(connection)
    if (known) return known
    const underWay: UnderWay = { exchange: undefined }
    this.#underWay.set(connection, underWay)
    return underWay
  }

  #answerOfDoor({ head, isForwarded }: Exchange, { socket }: IncomingMessage) {
    return this.#options.door.answer(head, isForwarded ? undefined : socket, this.#refuses)
  }
}
