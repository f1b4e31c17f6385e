/** Where a server listens. */
export interface Address {
  readonly host: string
  readonly port: number
}

export const ADDRESS_FORM = 'HOST:PORT, for example 127.0.0.1:9000, [::1]:9000 or :9000'

/** `HOST:PORT`, with IPv6 in brackets; without a host, every address of the machine. `undefined` for what is none. */
export function readAddress(text: string): Address | undefined {
  const match = /^(?:\[(?<six>[0-9a-f:.]+)\]|(?<host>[\w.-]*)):(?<port>\d{1,5})$/i.exec(text)
  const port = Number(match?.groups?.['port'])
  if (!match || port > 65_535) return undefined
  return { host: match.groups?.['six'] ?? (match.groups?.['host'] || '0.0.0.0'), port }
}

export function addressText({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Whether a connection to one could be meant for the other, as far as their words tell. Of port 0 no two are the same. */
export function areSame(one: Address, other: Address): boolean {
  if (one.port === 0 || one.port !== other.port) return false
  return numbersOf(one).some((first) => numbersOf(other).some((second) => overlap(first, second)))
}

function numbersOf({ host }: Address): readonly string[] {
  const name = host.toLowerCase()
  return name === 'localhost' ? ['127.0.0.1', '::1'] : [name]
}

/** `::` takes the connections of IPv4, too. */
function overlap(one: string, other: string): boolean {
  const hosts = [one, other]
  if (one === other || hosts.includes('::')) return true
  return hosts.includes('0.0.0.0') && !hosts.some((host) => host.includes(':'))
}
