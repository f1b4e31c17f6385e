import type { IncomingMessage } from 'node:http'
import type { RequestHead } from '../base/request-head.ts'

/** The head of a request as Node gives it. Header values are latin1: one character a byte. */
export function requestHead(request: IncomingMessage): RequestHead {
  const target = originForm(request.url ?? '/')
  const mark = target.indexOf('?')
  return {
    method: request.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    // The only header that Node gives as a list is set-cookie, which requests do not have.
    headers: request.headers as Readonly<Record<string, string | undefined>>,
  }
}

/** A client that talks as to a proxy sends the whole URL. */
function originForm(target: string): string {
  const authority = /^https?:\/\/[^/?]*/i.exec(target)
  if (!authority) return target
  const rest = target.slice(authority[0].length)
  return rest.startsWith('/') ? rest : `/${rest}`
}
