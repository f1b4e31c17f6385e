import { parseIpRange } from '../access/policy/ip-range.ts'
import type { RequestHead } from '../base/request-head.ts'
import { hostName } from './console-hosts.ts'
import type { ListenAddress } from './listen.ts'

const EVERY_ADDRESS = new Set(['0.0.0.0', '::'])
const LOOPBACK = ['127.0.0.0/8', '::1'].flatMap((text) => parseIpRange(text) ?? [])

/** The way to the console, once it is served. */
export class ConsoleLink {
  readonly #publicUrl: string | undefined
  readonly #scheme: string
  #served: ListenAddress | undefined

  /** @param publicUrl where the world finds it, if it is not where it listens. */
  constructor(publicUrl: string | undefined, isSecure: boolean) {
    this.#publicUrl = publicUrl
    this.#scheme = isSecure ? 'https' : 'http'
  }

  serving(address: ListenAddress): void {
    this.#served = address
  }

  /** Whether a person in a browser asks for what is here: clients that want S3 sign, or want no HTML. */
  isWantedBy({ method, path, query, headers }: RequestHead): boolean {
    if (this.#served === undefined || path !== '/' || query !== '') return false
    const isRead = method === 'GET' || method === 'HEAD'
    return isRead && headers['authorization'] === undefined && /\btext\/html\b/.test(headers['accept'] ?? '')
  }

  /**
   * Its page, by the name that the browser used for this machine; `undefined` where it cannot be reached so, as far as is known.
   * `localAddress`: what the browser connected to.
   */
  urlFor(host: string | undefined, localAddress: string | undefined): string | undefined {
    if (this.#publicUrl !== undefined) return `${this.#publicUrl}/-/console/`
    const name = hostName(host)
    if (!this.#served || name === undefined || localAddress === undefined) return undefined
    if (!reaches(this.#served.host, localAddress)) return undefined
    return `${this.#scheme}://${name}:${this.#served.port}/-/console/`
  }
}

function reaches(served: string, localAddress: string): boolean {
  if (EVERY_ADDRESS.has(served)) return true
  if (served === 'localhost' || isLoopback(served)) return isLoopback(localAddress)
  return parseIpRange(served)?.contains(localAddress) ?? false
}

function isLoopback(address: string): boolean {
  return LOOPBACK.some((range) => range.contains(address))
}
