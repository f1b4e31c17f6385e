/** `*`: any characters, also none. */
export const STAR = Symbol('*')
/** `?`: any one character. */
export const ANY = Symbol('?')

/** A pattern, with its literal stretches as strings. */
export type GlobPart = string | typeof STAR | typeof ANY

export type GlobMatcher = (text: string) => boolean

/**
 * Compiles a pattern. Without backtracking: each stretch between stars is looked for once, from where the one before it
 * ended, so that no pattern and text make it slow.
 */
export function compileGlob(parts: readonly GlobPart[]): GlobMatcher {
  return parts.includes(ANY) ? matchCharacters(parts) : matchStrings(parts.filter((part) => part !== ANY))
}

function matchStrings(parts: readonly Exclude<GlobPart, typeof ANY>[]): GlobMatcher {
  const [first = '', ...rest] = stretches(parts).map((stretch) => stretch.join(''))
  const last = rest.pop()
  if (last === undefined) return (text) => text === first
  if (rest.length === 0 && last === '') return (text) => text.startsWith(first)
  return (text) => {
    if (text.length < first.length + last.length) return false
    if (!text.startsWith(first) || !text.endsWith(last)) return false
    const end = text.length - last.length
    let position = first.length
    for (const stretch of rest) {
      const found = text.indexOf(stretch, position)
      if (found === -1) return false
      position = found + stretch.length
    }
    return position <= end
  }
}

/** With `?` in it: by code points, so that it stands for a whole character. */
function matchCharacters(parts: readonly GlobPart[]): GlobMatcher {
  const [first = [], ...rest] = stretches(parts).map(charactersOf)
  const last = rest.pop()
  if (!last) return (text) => matchesAt(first, Array.from(text), 0, true)
  const middles = rest.map((stretch) => new StretchSearch(stretch))
  return (text) => {
    const characters = Array.from(text)
    const end = characters.length - last.length
    if (end < first.length || !matchesAt(first, characters, 0) || !matchesAt(last, characters, end))
      return false
    let position = first.length
    for (const middle of middles) {
      position = middle.endOf(characters, position, end)
      if (position === -1) return false
    }
    return true
  }
}

/** What is between the stars. */
function stretches<Part extends GlobPart>(parts: readonly Part[]): Exclude<Part, typeof STAR>[][] {
  const result: Exclude<Part, typeof STAR>[][] = [[]]
  for (const part of parts) {
    if (part === STAR) result.push([])
    else result.at(-1)?.push(part as Exclude<Part, typeof STAR>)
  }
  return result
}

/** One character, or `undefined` for any. */
type Character = string | undefined

function charactersOf(stretch: readonly Exclude<GlobPart, typeof STAR>[]): Character[] {
  return stretch.flatMap((part): Character[] => (part === ANY ? [undefined] : Array.from(part)))
}

function matchesAt(
  stretch: readonly Character[],
  text: readonly string[],
  start: number,
  whole = false,
): boolean {
  if (whole && text.length !== stretch.length) return false
  return stretch.every((character, index) => character === undefined || character === text[start + index])
}

/** Looks for a stretch with `?` in it, 32 of its places at a time ("Shift-And"). */
class StretchSearch {
  readonly #length: number
  /** For each character the places of the stretch that it may stand at, as bits. */
  readonly #places = new Map<string, Uint32Array>()
  readonly #anyPlaces: Uint32Array

  constructor(stretch: readonly Character[]) {
    this.#length = stretch.length
    this.#anyPlaces = new Uint32Array(Math.ceil(stretch.length / 32))
    for (const character of stretch) {
      if (character !== undefined) this.#places.set(character, new Uint32Array(this.#anyPlaces.length))
    }
    for (const [index, character] of stretch.entries()) {
      if (character !== undefined) setBit(this.#places.get(character), index)
      else for (const places of [this.#anyPlaces, ...this.#places.values()]) setBit(places, index)
    }
  }

  /** Where the first occurrence from `start` on ends; -1 where there is none before `end`. */
  endOf(text: readonly string[], start: number, end: number): number {
    if (this.#length === 0) return start
    const found = new Uint32Array(this.#anyPlaces.length)
    const lastWord = found.length - 1
    const lastBit = 1 << ((this.#length - 1) % 32)
    for (let position = start; position < end; position++) {
      this.#advance(found, this.#places.get(text[position] ?? '') ?? this.#anyPlaces)
      if ((found[lastWord] ?? 0) & lastBit) return position + 1
    }
    return -1
  }

  #advance(found: Uint32Array, places: Uint32Array): void {
    let carry = 1
    for (let word = 0; word < found.length; word++) {
      const bits = found[word] ?? 0
      found[word] = ((bits << 1) | carry) & (places[word] ?? 0)
      carry = bits >>> 31
    }
  }
}

function setBit(bits: Uint32Array | undefined, index: number): void {
  const word = Math.floor(index / 32)
  if (bits) bits[word] = (bits[word] ?? 0) | (1 << (index % 32))
}
