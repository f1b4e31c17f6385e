import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http'
import * as https from 'node:https'
import { type CertificateList, Certificates } from './certificates.ts'
import { tlsSettings } from './handshakes.ts'
import { type ListenAddress, listening } from './listen.ts'
import { METRICS_PATH, type MetricsEndpoint } from './metrics-endpoint.ts'
import { http } from './node-http.ts'
import { writeResponse } from './write-response.ts'

/** More than all that scrape a server; further ones are closed at once. */
const MOST_CONNECTIONS = 64
/** For a request to arrive, and for its answer to be taken. */
const TIMEOUT_MILLISECONDS = 10_000

/** Answers `/-/metrics` at an address of its own, and nothing else; over TLS where S3 is served so. */
export class MetricsServer {
  readonly #endpoint: MetricsEndpoint
  readonly #server: Server
  readonly #replaceCertificates: (list: CertificateList) => void = () => {}

  constructor(endpoint: MetricsEndpoint, tls?: CertificateList) {
    this.#endpoint = endpoint
    const settings: ServerOptions = {
      headersTimeout: TIMEOUT_MILLISECONDS,
      requestTimeout: TIMEOUT_MILLISECONDS,
      connectionsCheckingInterval: TIMEOUT_MILLISECONDS / 2,
    }
    if (tls) {
      const certificates = new Certificates(tls, tlsSettings({ headersMilliseconds: TIMEOUT_MILLISECONDS }))
      const server = https.createServer({ ...settings, ...certificates.options })
      this.#server = server
      this.#replaceCertificates = (list) => certificates.replace(server, list)
    } else this.#server = http.createServer(settings)
    this.#server.timeout = TIMEOUT_MILLISECONDS
    this.#server.maxConnections = MOST_CONNECTIONS
    this.#server.on('request', (request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
    })
  }

  /** Resolves to the port. */
  listen(address: ListenAddress): Promise<number> {
    return listening(this.#server, address)
  }

  setCertificates(list: CertificateList): void {
    this.#replaceCertificates(list)
  }

  /** Takes no more connections, and ends those on which nothing is being answered. */
  close(): void {
    this.#server.close()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Whoever asks next may have to ask the process that took this one's place.
    response.shouldKeepAlive = false
    request.resume()
    const [path] = (request.url ?? '').split('?')
    const answer =
      path === METRICS_PATH
        ? await this.#endpoint.answer(request.headers.authorization)
        : { status: 404, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: 'not found\n' }
    await writeResponse(response, answer, request.method === 'HEAD')
  }
}
