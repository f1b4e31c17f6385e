/** The head of an HTTP request as it came, before anything in it is believed. */
export interface RequestHead {
  readonly method: string
  /** The raw request path, still percent-encoded, without the query. */
  readonly path: string
  /** The raw query string without the question mark; empty where there is none. */
  readonly query: string
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The single values of headers that came more than once; a signature covers them joined by a bare comma. */
  readonly repeatedHeaders?: Readonly<Record<string, readonly string[] | undefined>> | undefined
}
