import { parseIpRange } from '../access/policy/ip-range.ts'
import { hostName } from './console-hosts.ts'
import type { ListenAddress } from './listen.ts'

const EVERY_ADDRESS = new Set(['0.0.0.0', '::'])
const LOOPBACK = ['127.0.0.0/8', '::1'].flatMap((text) => parseIpRange(text) ?? [])

/** The way from one address of a server to another of it, once that is served. */
export class AddressLink {
  readonly #publicUrl: string | undefined
  readonly #scheme: string
  #served: ListenAddress | undefined

  /** @param publicUrl where the world finds it, if it is not where it listens. */
  constructor(publicUrl: string | undefined, isSecure: boolean) {
    this.#publicUrl = publicUrl
    this.#scheme = isSecure ? 'https' : 'http'
  }

  get isServed(): boolean {
    return this.#served !== undefined
  }

  serving(address: ListenAddress): void {
    this.#served = address
  }

  /**
   * Its URL, without a path, by the name that a browser used for this machine; `undefined` where it cannot be reached so, as far as
   * is known. `localAddress`: what the browser connected to.
   */
  urlFor(host: string | undefined, localAddress: string | undefined): string | undefined {
    if (this.#publicUrl !== undefined) return this.#publicUrl
    const name = hostName(host)
    if (!this.#served || name === undefined || localAddress === undefined) return undefined
    return reaches(this.#served.host, localAddress)
      ? `${this.#scheme}://${name}:${this.#served.port}`
      : undefined
  }
}

function reaches(served: string, localAddress: string): boolean {
  if (EVERY_ADDRESS.has(served)) return true
  if (isLoopback(served)) return isLoopback(localAddress)
  return parseIpRange(served)?.contains(localAddress) ?? false
}

/** Whether only this machine gets there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || LOOPBACK.some((range) => range.contains(host))
}
