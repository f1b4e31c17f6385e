import { isIP } from 'node:net'

/** Names that nobody can make lead elsewhere. Source: RFC 6761, 6.3. */
const LOCAL = /^(?:.+\.)?localhost$/

/** The name in a Host header, in lower case, IPv6 in brackets; `undefined` where it is none. */
export function hostName(host: string | undefined): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1]?.toLowerCase()
}

/**
 * The hosts under which the console answers: addresses, this machine's own name for itself, and names that the operator gave. A
 * stranger's page whose name was made to lead here (DNS rebinding) would otherwise be of the console's origin.
 */
export class ConsoleHosts {
  readonly #names: ReadonlySet<string>

  /** @param names that the operator gave. */
  constructor(names: readonly string[]) {
    this.#names = new Set(names.map((name) => name.toLowerCase()))
  }

  has(host: string | undefined): boolean {
    const name = hostName(host)
    if (name === undefined) return false
    return isIP(name.replace(/^\[|\]$/g, '')) > 0 || LOCAL.test(name) || this.#names.has(name)
  }
}
