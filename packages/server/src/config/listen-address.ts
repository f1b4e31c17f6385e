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
