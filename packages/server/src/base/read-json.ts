/** Bounds of a document. */
export interface JsonLimits {
  /** Lists and objects within each other. */
  readonly mostDepth?: number
  /** UTF-16 units of text, or bytes. */
  readonly mostLength?: number
}

const DEFAULT_LIMITS = { mostDepth: 64, mostLength: 1024 * 1024 }

/** Why a text was not taken. Never quotes a value, which may be a secret. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault'
  readonly reason: string
  /** Where in the document: `Statement[0].Action`; empty for the document itself. */
  readonly path: string
  /** Where in the text, in UTF-16 units. */
  readonly position: number

  constructor(reason: string, path: string, position: number) {
    super(path === '' ? reason : `${path}: ${reason}`)
    this.reason = reason
    this.path = path
    this.position = position
  }
}

/** `accounts[0].id` */
export function jsonPath(steps: readonly PropertyKey[]): string {
  const parts = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${inShort(String(step))}`))
  return (parts.length > 16 ? [...parts.slice(0, 16), '…'] : parts).join('').replace(/^\./, '')
}

function inShort(name: string): string {
  return name.length > 80 ? `${name.slice(0, 77)}…` : name
}

/**
 * Reads JSON from outside: what `JSON.parse` reads, but for what two readers could take for two things (RFC 7493): a
 * member given twice, half of a surrogate pair, a number beyond a double, bytes that are no UTF-8. Objects have no
 * prototype, so a member is there only if the text has it, `__proto__` and `constructor` too. Throws {@link JsonFault}.
 */
export function readJson(source: string | Uint8Array, limits: JsonLimits = {}): unknown {
  const { mostDepth, mostLength } = { ...DEFAULT_LIMITS, ...limits }
  if (source.length > mostLength) throw new JsonFault(`longer than ${mostLength} characters`, '', 0)
  return new Reader(typeof source === 'string' ? source : decoded(source), mostDepth).document()
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new JsonFault('not UTF-8', '', 0)
  }
}

const TOO_EARLY = 'the text ends too early'
const SPACE = /[ \t\n\r]*/y
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

class Reader {
  readonly #text: string
  readonly #mostDepth: number
  readonly #path: (string | number)[] = []
  #at = 0

  constructor(text: string, mostDepth: number) {
    this.#text = text
    this.#mostDepth = mostDepth
  }

  document(): unknown {
    const value = this.#value()
    if (this.#next() !== '') throw this.#fault('more text after the end')
    return value
  }

  #value(): unknown {
    const next = this.#next()
    if (next === '{') return this.#object()
    if (next === '[') return this.#list()
    return next === '"' ? this.#string() : this.#scalar()
  }

  #object(): Record<string, unknown> {
    const members = Object.create(null) as Record<string, unknown>
    this.#items('}', () => {
      if (this.#next() !== '"') throw this.#unexpected('a name in double quotes')
      const start = this.#at
      const name = this.#string()
      this.#path.push(name)
      if (name in members) throw this.#fault('given twice', start)
      if (!this.#skip(':')) throw this.#unexpected('a colon')
      members[name] = this.#value()
      this.#path.pop()
    })
    return members
  }

  #list(): unknown[] {
    const items: unknown[] = []
    this.#items(']', () => {
      this.#path.push(items.length)
      items.push(this.#value())
      this.#path.pop()
    })
    return items
  }

  #items(end: string, readItem: () => void): void {
    if (this.#path.length >= this.#mostDepth) throw this.#fault('nested too deeply')
    this.#at += 1
    if (this.#skip(end)) return
    do readItem()
    while (this.#skip(','))
    if (!this.#skip(end)) throw this.#unexpected(`a comma or ${end}`)
  }

  #string(): string {
    const start = this.#at
    let end = start + 1
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1
    this.#at = end + 1
    try {
      const text = JSON.parse(this.#text.slice(start, this.#at)) as string
      if (text.isWellFormed()) return text
    } catch {
      // Told below.
    }
    throw this.#fault(end < this.#text.length ? 'a string that is none' : TOO_EARLY, start)
  }

  #scalar(): unknown {
    SCALAR.lastIndex = this.#at
    const [text] = SCALAR.exec(this.#text) ?? []
    if (text === undefined) throw this.#unexpected('a value')
    const value = JSON.parse(text) as unknown
    if (value === Infinity || value === -Infinity) throw this.#fault('a number too large')
    this.#at += text.length
    return value
  }

  /** The first character behind blanks; empty at the end. */
  #next(): string {
    SPACE.lastIndex = this.#at
    SPACE.exec(this.#text)
    this.#at = SPACE.lastIndex
    return this.#text.charAt(this.#at)
  }

  #skip(sign: string): boolean {
    if (this.#next() !== sign) return false
    this.#at += 1
    return true
  }

  #unexpected(expected: string): JsonFault {
    const found = this.#next()
    return this.#fault(found === '' ? TOO_EARLY : `expected ${expected}, found ${JSON.stringify(found)}`)
  }

  #fault(reason: string, position = this.#at): JsonFault {
    return new JsonFault(reason, jsonPath(this.#path), position)
  }
}
