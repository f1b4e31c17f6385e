import { type IpRange, parseIpRange } from '../access/policy/ip-range.ts'
import type { RequestHead } from '../base/request-head.ts'
import { S3Error } from '../model/s3-error.ts'

/** What trusted proxies say of the client that they speak for. */
export interface Forwarded {
  /** Who spoke to the first of them; absent where they do not know. */
  readonly address: string | undefined
  /** Whether that was over TLS; absent where they do not say. */
  readonly isSecure: boolean | undefined
  /** The host that the client used, and signed; absent where they do not say. */
  readonly host: string | undefined
}

/** What each hop told, from the client on; an item of one list need not have its like in another. */
interface Hops {
  readonly addresses: readonly string[]
  readonly protocols: readonly string[]
  readonly hosts: readonly string[]
}

type Headers = RequestHead['headers']

/** Reads what proxies tell, of proxies that are believed. */
export class TrustedProxies {
  readonly #ranges: readonly IpRange[]

  /** @param ranges addresses and CIDR ranges; what is neither is left out, and trusted by nobody. */
  constructor(ranges: readonly string[]) {
    this.#ranges = ranges.flatMap((text) => parseIpRange(text) ?? [])
  }

  /**
   * What the peer of a connection says of its client: nothing where it is not trusted, or says nothing. The client is the
   * right-most address that is no trusted proxy's: what stands further left anybody may have written. Throws InvalidRequest
   * where it can be read in two ways, one of which may be the client's own.
   */
  forwardedBy(peer: string | undefined, headers: Headers): Forwarded | undefined {
    if (!this.#trusts(peer)) return undefined
    const standard = hopsOfForwarded(headers['forwarded'])
    const usual = hopsOfXForwarded(headers)
    if (standard && usual)
      throw invalid('A proxy may tell of its client by Forwarded or by X-Forwarded-…, not by both')
    const hops = standard ?? usual
    if (!hops) return undefined
    const { addresses, protocols, hosts } = hops
    const between = this.#proxiesBetween(addresses)
    const said = addresses.length === 0 ? peer : bareAddress(atHop(addresses, between))
    return {
      address: said,
      isSecure: isHttps(atHop(protocols, between)),
      host: atHop(hosts, between) || undefined,
    }
  }

  #trusts(address: string | undefined): boolean {
    return address !== undefined && this.#ranges.some((range) => range.contains(address))
  }

  /** How many of the addresses, from the right, are those of further proxies. */
  #proxiesBetween(addresses: readonly string[]): number {
    let count = 0
    while (count < addresses.length - 1 && this.#trusts(bareAddress(addresses.at(-1 - count)))) count++
    return count
  }
}

/** A list that is shorter was begun anew by one of the proxies, all of which are trusted. */
function atHop(items: readonly string[], proxiesBetween: number): string | undefined {
  return items.at(-1 - proxiesBetween) ?? items[0]
}

function isHttps(protocol: string | undefined): boolean | undefined {
  const lower = protocol?.toLowerCase()
  return lower === 'https' ? true : lower === 'http' ? false : undefined
}

/** An address without its port and brackets; nothing where it is none, such as `unknown`. */
function bareAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const [, ipv6, ipv4] = /^(?:\[([^\]]*)\]|([^:]*))(?::\w+)?$/.exec(text) ?? []
  const address = ipv6 ?? ipv4 ?? text
  return !address.includes('/') && parseIpRange(address) ? address : undefined
}

function hopsOfXForwarded(headers: Headers): Hops | undefined {
  const of = (name: string): string[] => itemsOf(headers[name] ?? '')
  const addresses = of('x-forwarded-for')
  const protocols = of('x-forwarded-proto')
  const hosts = of('x-forwarded-host')
  return addresses.length + protocols.length + hosts.length === 0
    ? undefined
    : { addresses, protocols, hosts }
}

function itemsOf(list: string): string[] {
  return list.trim() === '' ? [] : list.split(',').map((item) => item.trim())
}

/** A pair of an element of `Forwarded`, or none, and what ends it. Source: RFC 7239, section 4. */
const PAIR = /[ \t]*(?:([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?[ \t]*(?:(;|,)|$)/y

/**
 * Throws where the header is none: quotes that a client left open would swallow what the proxy added, or end at its quotes,
 * and the client's own word would be the last.
 */
function hopsOfForwarded(header: string | undefined): Hops | undefined {
  if (header === undefined || header.trim() === '') return undefined
  const elements = [new Map<string, string>()]
  for (let index = 0; ;) {
    PAIR.lastIndex = index
    const [whole, name, quoted, bare = '', separator] = PAIR.exec(header) ?? []
    if (whole === undefined) throw invalid('The header Forwarded is not as RFC 7239 has it')
    if (name) elements.at(-1)?.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? bare)
    if (separator === undefined) break
    if (separator === ',') elements.push(new Map())
    index += whole.length
  }
  const of = (name: string): string[] => elements.map((element) => element.get(name) ?? '')
  return { addresses: of('for'), protocols: of('proto'), hosts: of('host') }
}

function invalid(message: string): S3Error {
  return new S3Error('InvalidRequest', {}, { message })
}
