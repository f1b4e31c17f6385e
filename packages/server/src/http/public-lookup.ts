import { type LookupAddress, lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** No address of a service that the world is to reach. Source: IANA's special-purpose address registries. */
const PRIVATE = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Link-local: clouds keep the credentials of a machine there.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4')
for (const [network, prefix] of [
  // Unspecified, loopback, and addresses of IPv4 in their old form.
  ['::', 96],
  // Ways into IPv4 by translation.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv6')

/** IPv6 that stands for IPv4 counts as that. */
export function isPrivateAddress(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

type Resolve = (
  host: string,
  found: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

const resolveAll: Resolve = (host, found) => lookup(host, { all: true }, found)

/**
 * Finds addresses for a connection, and of them the public ones only, so that whoever answers for a name cannot lead it
 * into the server's own network: what is checked is what is connected to. Fails with the code EPRIVATE where there is no
 * public one. Addresses that stand in a URL themselves are never looked up.
 */
export function publicLookup(resolve: Resolve = resolveAll): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, addresses) => {
      const [first, ...others] = addresses?.filter(({ address }) => !isPrivateAddress(address)) ?? []
      if (error) done(error, '')
      else if (!first) done(Object.assign(new Error('a private address'), { code: 'EPRIVATE' }), '')
      else if (options.all) done(null, [first, ...others])
      else done(null, first.address, first.family)
    })
  }
}
