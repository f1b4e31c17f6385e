import type { RequestHead } from '../../packages/server/src/base/request-head.ts'

/** A request's head from text like `GET /b/k?acl`, then a header a line. As HTTP has it, only tokens are names. */
export function headOf(text: string): RequestHead {
  const [first = '', ...lines] = text.split('\n')
  const [method = '', target = ''] = first.split(' ')
  const mark = target.indexOf('?')
  const headers = Object.create(null) as Record<string, string>
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase()
    const value = line.slice(colon + 1).replaceAll(/^[ \t]+|[ \t]+$/g, '')
    // oxlint-disable-next-line no-control-regex
    if (/^[!#$%&'*+.^_`|~\w-]+$/.test(name) && !/[\0-\x08\x0a-\x1f\x7f]/.test(value)) headers[name] = value
  }
  return {
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    headers,
  }
}
