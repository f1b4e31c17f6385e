type Values = readonly string[]
/** Condition keys by their names. */
export type ContextKeys = Readonly<Record<string, string | Values | undefined>>

type Entries = Iterable<readonly [key: string, value: string | Values | undefined]>

const NO_ENTRIES: Entries = []

/**
 * The condition keys of one request. Upper and lower case in keys are the same; a key may have several values, or none
 * at all. Gathered when the first policy asks, so that a request that no policy is about pays nothing.
 */
export class RequestContext {
  readonly #gather: () => Entries
  #values: Map<string, Values> | undefined

  /** `gather` is called once at most. A value that is `undefined` leaves its key absent. */
  constructor(gather: () => Entries) {
    this.#gather = gather
  }

  static of(values: ContextKeys): RequestContext {
    return new RequestContext(() => Object.entries(values))
  }

  /** `key` in lower case. `undefined` where the request has no such key. */
  get(key: string): Values | undefined {
    return (this.#values ??= collect(this.#gather())).get(key)
  }
}

/** What a request without condition keys has. */
export const emptyContext = new RequestContext(() => NO_ENTRIES)

function collect(entries: Entries): Map<string, Values> {
  const values = new Map<string, Values>()
  for (const [key, value] of entries) {
    if (value !== undefined) values.set(key.toLowerCase(), typeof value === 'string' ? [value] : value)
  }
  return values
}
