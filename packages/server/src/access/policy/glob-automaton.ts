import { ANY, type GlobPart, STAR } from './glob-part.ts'

const BLOCK = 32
/** In place of a character: nothing leads here from the place before. */
const START = -1

/**
 * Many patterns held against a text at once, 32 of their characters at a time: as many steps as the text has characters
 * for each 32 of all patterns together, whatever they and the text are. Memory grows with the patterns alone. This is
 * the simulation of an automaton in bits ("Shift-And"): a place is on when all up to it has matched, and a star is a
 * place that stays on.
 */
export class GlobAutomaton {
  readonly #characters: Int32Array
  readonly #starts: Int32Array
  readonly #anys: Int32Array
  readonly #stays: Int32Array
  readonly #ends: Int32Array

  constructor(patterns: readonly (readonly GlobPart[])[]) {
    const places = patterns.flatMap(placesOf)
    this.#characters = Int32Array.from(places, ({ character }) => (character === ANY ? START : character))
    this.#starts = bits(places, ({ character }) => character === START)
    this.#anys = bits(places, ({ character }) => character === ANY)
    this.#stays = bits(places, ({ stays }) => stays)
    this.#ends = bits(places, ({ ends }) => ends)
  }

  /** How often a text is walked through, at the most. */
  get blockCount(): number {
    return this.#starts.length
  }

  /** Whether one of the patterns matches the whole text. */
  matches(text: string): boolean {
    const length = readCharacters(text)
    if (carries.length < length + 1) carries = new Uint8Array(characters.length + 1)
    let lastCarry = -1
    for (let block = 0; block < this.#starts.length; block++) {
      this.#fillTable(block, true)
      lastCarry = this.#run(block, length, lastCarry)
      this.#fillTable(block, false)
      if (lastCarry === MATCH) return true
    }
    return false
  }

  /**
   * All of the text through one block. `carries` tells when the last place of the block before was on, up to
   * `lastCarry`; afterwards it tells the same of this block. Resolves to the new `lastCarry`, or to MATCH.
   */
  #run(block: number, length: number, lastCarry: number): number {
    const anys = this.#anys[block] ?? 0
    const stays = this.#stays[block] ?? 0
    let on = this.#starts[block] ?? 0
    let last = -1
    for (let index = 0; index < length; index++) {
      if (on === 0 && index > lastCarry) return last
      const carry = index <= lastCarry ? (carries[index] ?? 0) : 0
      const out = on >>> (BLOCK - 1)
      carries[index] = out
      if (out === 1) last = index
      on = (((on << 1) | carry) & ((table[characters[index] ?? 0] ?? 0) | anys)) | (on & stays)
    }
    if (on & (this.#ends[block] ?? 0)) return MATCH
    return last
  }

  #fillTable(block: number, on: boolean): void {
    const end = Math.min(this.#characters.length, (block + 1) * BLOCK)
    for (let place = block * BLOCK; place < end; place++) {
      const character = this.#characters[place] ?? START
      if (character !== START) table[character] = on ? (table[character] ?? 0) | (1 << (place % BLOCK)) : 0
    }
  }
}

interface Place {
  /** A code point. */
  readonly character: number | typeof ANY
  readonly stays: boolean
  readonly ends: boolean
}

function placesOf(pattern: readonly GlobPart[]): Place[] {
  const places: { character: Place['character']; stays: boolean; ends: boolean }[] = []
  const add = (character: Place['character']): void => {
    places.push({ character, stays: false, ends: false })
  }
  add(START)
  for (const part of pattern) {
    const last = places.at(-1)
    if (part === ANY) add(ANY)
    else if (part !== STAR) for (const character of part) add(character.codePointAt(0) ?? 0)
    else if (last) last.stays = true
  }
  const last = places.at(-1)
  if (last) last.ends = true
  return places
}

function bits(places: readonly Place[], isSet: (place: Place) => boolean): Int32Array {
  const words = new Int32Array(Math.ceil(places.length / BLOCK))
  for (const [index, place] of places.entries()) {
    const word = Math.floor(index / BLOCK)
    if (isSet(place)) words[word] = (words[word] ?? 0) | (1 << (index % BLOCK))
  }
  return words
}

const MATCH = -2

/*
 * One text is matched at a time, so all automata work on the same memory. The table has a word for each code point, of
 * which the system gives what is touched: the places of a block that a character may stand at, all zero between uses.
 */
const table = new Int32Array(0x11_0000)
let carries = new Uint8Array(0)
let characters = new Int32Array(0)
let latest: { readonly text: string; readonly length: number } = { text: '', length: 0 }

/** Puts the code points of a text into `characters`: how many there are. The statements of a policy ask for the same. */
function readCharacters(text: string): number {
  if (latest.text === text) return latest.length
  if (characters.length < text.length) characters = new Int32Array(text.length)
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const character = text.codePointAt(index) ?? 0
    if (character > 0xffff) index++
    characters[length++] = character
  }
  latest = { text, length }
  return length
}
