import type { Redirect, RoutingRule } from '../../../model/types.gen.ts'

/** A request to a website, as far as redirections depend on it. */
export interface Visited {
  /** Empty for the root. */
  readonly key: string
  /** As it was sent, without the question mark. */
  readonly query: string
  readonly protocol: 'http' | 'https'
  /** With its port. */
  readonly host: string
}

export interface Redirection {
  readonly status: number
  readonly location: string
}

/**
 * Where the first rule that applies sends a request: without `errorStatus` among the rules that do not wait for an error,
 * with it among those that do. Source: S3 User Guide, "Configuring a webpage redirect", "Routing rule elements".
 */
export function redirectionBy(
  rules: readonly RoutingRule[],
  visited: Visited,
  errorStatus?: number,
): Redirection | undefined {
  const code = errorStatus?.toString()
  const rule = rules.find(
    ({ Condition: condition }) =>
      condition?.HttpErrorCodeReturnedEquals === code &&
      visited.key.startsWith(condition?.KeyPrefixEquals ?? ''),
  )
  if (!rule) return undefined
  const path = targetPath(rule.Redirect, rule.Condition?.KeyPrefixEquals ?? '', visited.key)
  return {
    status: Number(rule.Redirect.HttpRedirectCode ?? 301),
    location: urlOf(rule.Redirect, path, visited),
  }
}

/** Where a website goes that redirects all requests. */
export function redirectionOfAll(target: Redirect, visited: Visited): Redirection {
  return { status: 301, location: urlOf(target, encodeKey(visited.key), visited) }
}

function targetPath(redirect: Redirect, prefix: string, key: string): string {
  const { ReplaceKeyWith, ReplaceKeyPrefixWith } = redirect
  if (ReplaceKeyWith !== undefined) return safeInUrl(ReplaceKeyWith)
  if (ReplaceKeyPrefixWith === undefined) return encodeKey(key)
  return safeInUrl(ReplaceKeyPrefixWith) + encodeKey(key.slice(prefix.length))
}

/** The query goes along. An absolute URL, so that no key can be taken for a host. */
function urlOf({ Protocol, HostName }: Redirect, path: string, { query, protocol, host }: Visited): string {
  const separator = path.includes('?') ? '&' : '?'
  const rest = query === '' ? '' : separator + safeInUrl(query)
  return `${Protocol ?? protocol}://${HostName ?? host}/${path}${rest}`
}

/** The path of a folder. A slash at the beginning is escaped: `//name` would be another host. */
export function folderLocation(key: string): string {
  const [slashes = ''] = /^\/*/.exec(key) ?? []
  return `/${'%2F'.repeat(slashes.length)}${encodeKey(key.slice(slashes.length))}/`
}

/** What the owner wrote, as it is but for what may not stand in a URL. */
export function safeInUrl(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]+/g, (piece) => encodeURIComponent(piece.toWellFormed()))
}

function encodeKey(key: string): string {
  return encodeURIComponent(key.toWellFormed()).replaceAll('%2F', '/')
}
