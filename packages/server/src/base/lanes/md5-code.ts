import {
  type Arithmetic,
  type Code,
  get,
  repeatWhile,
  set,
  shuffled,
  vectors,
  type WasmFunction,
  word,
  words,
} from './wasm-module.ts'

/** MD5's constants: each four times, for as many lanes. */
export const MD5_CONSTANTS = Array.from({ length: 64 }, (_, step) =>
  Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32),
)

export const MD5_START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const
export const BLOCK_BYTES = 64
const VECTOR_BYTES = 16
const LANES = 4

const SHIFTS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const

/** Where the locals of one set of MD5 states are, four words or four vectors. */
interface Registers {
  readonly state: readonly number[]
  readonly sum: number
}

/**
 * `(state, data, blocks)`: takes so many blocks, one at least, into the state of four words. RFC 1321.
 */
export function md5One(): WasmFunction {
  const [state, data, blocks] = [0, 1, 2]
  const registers = { state: [3, 4, 5, 6], sum: 7 }
  const body = [
    loadState(words, state, registers, 0),
    MD5_CONSTANTS.map((constant, step) =>
      md5Step(words, registers, step, word(constant), words.load(get(data), messageIndex(step) * 4)),
    ),
    addState(words, state, registers, 0),
    advance(data, BLOCK_BYTES),
    advance(blocks, -1),
  ]
  return { name: 'md5One', parameters: 3, words: 5, body: repeatWhile(get(blocks), body) }
}

/**
 * `(state, constants, data of each lane, blocks)`: takes so many blocks of each of four streams for every group into
 * the states, which are for each group four vectors with a word of each lane. Two groups take little longer than one,
 * since each step of MD5 waits for the one before.
 */
export function md5Lanes(name: string, groups: number): WasmFunction {
  const [state, constants, firstData] = [0, 1, 2]
  const lanes = groups * LANES
  const blocks = firstData + lanes
  const parameters = blocks + 1
  let free = parameters
  const locals = (count: number): number[] => Array.from({ length: count }, () => free++)
  const sets = Array.from({ length: groups }, (_, group) => ({
    offset: group * LANES * VECTOR_BYTES,
    data: Array.from({ length: LANES }, (_, lane) => firstData + group * LANES + lane),
    registers: { state: locals(4), sum: free++ },
    message: locals(16),
  }))
  const spare = locals(8)
  const body = [
    sets.map(({ data, message }) => transposed(data, message, spare)),
    sets.map(({ registers, offset }) => loadState(vectors, state, registers, offset)),
    MD5_CONSTANTS.map((_, step) =>
      sets.map(({ registers, message }) =>
        md5Step(
          vectors,
          registers,
          step,
          vectors.load(get(constants), step * VECTOR_BYTES),
          get(message[messageIndex(step)] ?? 0),
        ),
      ),
    ),
    sets.map(({ registers, offset }) => addState(vectors, state, registers, offset)),
    sets.map(({ data }) => data.map((local) => advance(local, BLOCK_BYTES))),
    advance(blocks, -1),
  ]
  return { name, parameters, vectors: free - parameters, body: repeatWhile(get(blocks), body) }
}

/** Which word of the block a step takes. */
function messageIndex(step: number): number {
  const round = step >> 4
  const [factor, start] =
    [
      [1, 0],
      [5, 1],
      [3, 5],
      [7, 0],
    ][round] ?? []
  return ((factor ?? 0) * step + (start ?? 0)) % 16
}

/** One of the 64 steps; the registers change their parts from step to step, so no value has to move. */
function md5Step(
  on: Arithmetic,
  { state, sum }: Registers,
  step: number,
  constant: Code,
  message: Code,
): Code {
  const local = (part: number): number => state[(part + 64 - step) % 4] ?? 0
  const [a, b] = [local(0), local(1)]
  const known = on.add(on.add(message, constant), get(a))
  const rotation = SHIFTS[step >> 4]?.[step % 4] ?? 0
  return [
    set(sum, mix(on, step, known, get(b), get(local(2)), get(local(3)))),
    set(a, on.add(get(b), on.rotateLeft(sum, rotation))),
  ]
}

/** `known` and the round's function of the other three, so written that little waits for `b`, the newest. */
function mix(on: Arithmetic, step: number, known: Code, b: Code, c: Code, d: Code): Code {
  if (step < 16) return on.add(known, on.xor(d, on.and(b, on.xor(c, d))))
  if (step < 32) return on.add(on.add(known, on.and(c, on.not(d))), on.and(b, d))
  if (step < 48) return on.add(known, on.xor(b, on.xor(c, d)))
  return on.add(known, on.xor(c, on.or(b, on.not(d))))
}

function loadState(on: Arithmetic, from: number, { state }: Registers, offset: number): Code {
  return state.map((local, part) => set(local, on.load(get(from), offset + part * partBytes(on))))
}

function addState(on: Arithmetic, to: number, { state }: Registers, offset: number): Code {
  return state.map((local, part) => {
    const at = offset + part * partBytes(on)
    return on.store(get(to), on.add(get(local), on.load(get(to), at)), at)
  })
}

function partBytes(on: Arithmetic): number {
  return on === words ? 4 : VECTOR_BYTES
}

function advance(local: number, by: number): Code {
  return set(local, words.add(get(local), word(by)))
}

/** Loads a block of each of four streams, and leaves in each of 16 vectors the words that have the same place in them. */
function transposed(data: readonly number[], message: readonly number[], spare: readonly number[]): Code {
  const at = (locals: readonly number[], index: number): number => locals[index] ?? 0
  const rows = spare.slice(0, 4)
  const pair = (one: number, other: number, order: readonly [number, number, number, number]): Code =>
    shuffled(get(at(spare, one)), get(at(spare, other)), order)
  return [0, 4, 8, 12].map((first) => [
    rows.map((row, lane) => set(row, vectors.load(get(at(data, lane)), first * 4))),
    set(at(spare, 4), pair(0, 1, [0, 4, 1, 5])),
    set(at(spare, 5), pair(2, 3, [0, 4, 1, 5])),
    set(at(spare, 6), pair(0, 1, [2, 6, 3, 7])),
    set(at(spare, 7), pair(2, 3, [2, 6, 3, 7])),
    set(at(message, first), pair(4, 5, [0, 1, 4, 5])),
    set(at(message, first + 1), pair(4, 5, [2, 3, 6, 7])),
    set(at(message, first + 2), pair(6, 7, [0, 1, 4, 5])),
    set(at(message, first + 3), pair(6, 7, [2, 3, 6, 7])),
  ])
}
