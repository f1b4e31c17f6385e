import type { IncomingMessage } from 'node:http'
import type { RequestHead } from '../base/request-head.ts'

/** The head of a request as Node gives it. Header values are latin1: one character a byte. */
export function requestHead(request: IncomingMessage): RequestHead {
  const { authority, target } = splitTarget(request.url ?? '/')
  const mark = target.indexOf('?')
  // The only header that Node gives as a list is set-cookie, which requests do not have.
  const headers = request.headers as Readonly<Record<string, string | undefined>>
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers: authority === undefined ? headers : { ...headers, host: authority },
    repeatedHeaders: repeatedHeaders(request),
  }
}

/** The values of headers that came more than once; nothing where none did, which is nearly always. */
function repeatedHeaders({ headers, rawHeaders }: IncomingMessage): RequestHead['repeatedHeaders'] {
  let count = 0
  for (const _ in headers) count++
  if (rawHeaders.length === 2 * count) return undefined
  const values: Record<string, string[]> = Object.create(null) as Record<string, string[]>
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase()
    const value = rawHeaders[index + 1] ?? ''
    const known = values[name]
    if (known) known.push(value)
    else values[name] = [value]
  }
  for (const name of Object.keys(values)) if (values[name]?.length === 1) delete values[name]
  return values
}

/**
 * A client that talks as to a proxy sends the whole URL. Then its authority is the host, whatever the Host header says.
 * Source: RFC 9112, 3.2.2.
 */
function splitTarget(url: string): { readonly authority?: string; readonly target: string } {
  if (url.startsWith('/')) return { target: url }
  const [whole, authority] = /^https?:\/\/([^/?]*)/i.exec(url) ?? []
  if (whole === undefined || authority === undefined) return { target: url }
  const rest = url.slice(whole.length)
  return { authority, target: rest.startsWith('/') ? rest : `/${rest}` }
}
